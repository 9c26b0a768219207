package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Graph;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the statements of a model in the order of the text: dims and blocks are known before. */
final class ReadModel {

  private final SourceFile file;
  private final List<Statement> statements;
  private final Purpose purpose;
  private final Diagnostics diagnostics;
  private final Context context;
  private final ReadBody body;
  private final List<Integer> inputs = new ArrayList<>();
  private final List<Integer> outputs = new ArrayList<>();
  private Optional<Name> modelName = Optional.empty();
  private Optional<Statement.Loss> loss = Optional.empty();
  private Optional<Integer> lossSlot = Optional.empty();
  private boolean outputNamed;

  ReadModel(
      SourceFile file,
      SyntaxReader.Syntax syntax,
      Map<String, Long> overrides,
      Purpose purpose,
      Diagnostics diagnostics) {
    this.file = file;
    this.statements = syntax.statements();
    this.purpose = purpose;
    this.diagnostics = diagnostics;
    Dims dims = new Dims(overrides, syntax.perhapsDeclared(), diagnostics);
    Blocks blocks = new Blocks(Scope.declaredBy(statements), diagnostics);
    this.context = new Context(dims, blocks, syntax.perhapsDeclared(), diagnostics);
    this.body = new ReadBody(context, Optional.empty(), statements);
  }

  /** The graph, or empty when something is wrong. */
  Optional<Graph> read() {
    for (Statement s : statements) {
      switch (s) {
        case Statement.Dim d -> context.dims().declare(d);
        case Statement.Block b -> context.blocks().declare(b);
        default -> {}
      }
    }
    context.dims().evaluateAll();
    statements.forEach(this::statement);
    context.blocks().readRest(context);
    boolean forgiving = !context.forgiven().isEmpty();
    if (!forgiving) {
      required();
    }
    boolean right = !diagnostics.hasErrors();
    if (!forgiving) {
      body.reportUnused(right ? Optional.of(live()) : Optional.empty());
    }
    if (right && body.nodes() > BlockCalls.MAX_NODES) {
      diagnostics.error(
          "AP0507",
          file.span(0, 0),
          "the model has more than " + BlockCalls.MAX_NODES + " nodes when written out");
    }
    return diagnostics.hasErrors() ? Optional.empty() : finish();
  }

  private boolean[] live() {
    List<Integer> roots = new ArrayList<>(outputs);
    lossSlot.ifPresent(roots::add);
    return FinishBody.live(body.builder(), roots);
  }

  private Optional<Graph> finish() {
    String name = modelName.map(Name::text).orElseGet(this::fileStem);
    Graph graph = FinishGraph.of(name, context.dims(), body.builder(), inputs, lossSlot, outputs);
    if (!new ModelSize(graph, place(), diagnostics).fits()) {
      return Optional.empty();
    }
    new GradientPaths(graph, diagnostics).check();
    return diagnostics.hasErrors() ? Optional.empty() : Optional.of(graph);
  }

  private String fileStem() {
    String base = file.name().substring(file.name().lastIndexOf('/') + 1);
    String stem = base.endsWith(".ir") ? base.substring(0, base.length() - 3) : base;
    String word = stem.replaceAll("[^A-Za-z0-9_]", "_");
    return word.isEmpty() || Character.isDigit(word.charAt(0)) ? "model_" + word : word;
  }

  /** Where to point at when something is missing from the model as a whole. */
  private SourceSpan place() {
    return modelName.map(Name::span).orElse(file.span(0, 0));
  }

  private void statement(Statement s) {
    switch (s) {
      case Statement.ModelName m -> modelName(m);
      case Statement.Dim d -> {}
      case Statement.Block b -> {}
      case Statement.Include i -> {}
      case Statement.Return r -> {}
      case Statement.Input i ->
          body.declare(Scope.Kind.INPUT, i.names(), i.type())
              .forEach(slot -> slot.ifPresent(inputs::add));
      case Statement.Param p -> body.param(p);
      case Statement.Let l -> body.let(l);
      case Statement.Pin p -> body.pin(p);
      case Statement.Loss l -> loss(l);
      case Statement.Output o -> output(o);
    }
  }

  private void modelName(Statement.ModelName m) {
    if (modelName.isPresent()) {
      diagnostics.add(
          Diagnostic.error("AP0504", m.name().span(), "a model has one name")
              .withNote(modelName.get().span(), "the first one is here"));
    } else {
      modelName = Optional.of(m.name());
    }
  }

  private void loss(Statement.Loss l) {
    Term term =
        body.expressions()
            .value(l.value(), l.value().asName().isPresent() ? "" : body.builder().fresh("loss"));
    if (loss.isPresent()) {
      diagnostics.add(
          Diagnostic.error("AP0504", l.span(), "a model has one loss")
              .withNote(loss.get().span(), "the first one is here")
              .withHint("losses can be added up: loss a + b"));
      return;
    }
    loss = Optional.of(l);
    switch (term) {
      case Term.Poison p -> {}
      case Term.Constant c -> lossType(l, "a number");
      case Term.Tensor t -> {
        TensorType type = t.type();
        if (type.rank() != 0 || !type.element().isReal()) {
          lossType(l, type.toString());
        }
        lossSlot = Optional.of(t.id());
      }
    }
  }

  private void lossType(Statement.Loss l, String type) {
    diagnostics.add(
        Diagnostic.error(
                "AP0210", l.value().span(), "the loss must be a real scalar, this is " + type)
            .withHint("reduce_mean(x, dims = [...]) makes a scalar"));
  }

  private void output(Statement.Output o) {
    for (Name name : o.names()) {
      outputNamed = true;
      Term term = body.expressions().value(new Expression.Reference(name), name.text());
      switch (term) {
        case Term.Tensor t -> {
          if (outputs.contains(t.id())) {
            diagnostics.error("AP0302", name.span(), "'" + name.text() + "' is an output already");
          } else {
            outputs.add(t.id());
          }
        }
        case Term.Constant c ->
            diagnostics.error("AP0207", name.span(), "an output is a tensor, not a number");
        case Term.Poison p -> {}
      }
    }
  }

  private void required() {
    if (context.dims().batch().isEmpty()) {
      diagnostics.add(
          Diagnostic.error("AP0404", place(), "the model has no batch dim")
              .withHint("declare the dim that micro-batching splits: batch dim batch = 1024"));
    }
    if (loss.isEmpty() && purpose == Purpose.TRAINING) {
      diagnostics.add(
          Diagnostic.error("AP0503", place(), "the model has no loss, which training needs")
              .withHint("end with: loss cross_entropy(logits, labels)"));
    } else if (loss.isEmpty() && !outputNamed) {
      diagnostics.error("AP0503", place(), "the model has neither a loss nor an output");
    }
    if (purpose == Purpose.TRAINING && lossSlot.isPresent() && !diagnostics.hasErrors()) {
      new TrainableLoss(body.builder(), lossSlot.get(), loss.get().value().span(), diagnostics)
          .check();
    }
  }
}
