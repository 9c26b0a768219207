package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Initializer;
import autopar.ir.type.ElementType;
import autopar.ir.type.TensorType;
import autopar.text.BodyBuilder.ParameterSlot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The statements that blocks and the model have in common. */
final class ReadBody {

  private final Context context;
  private final BodyBuilder builder;
  private final Scope scope;
  private final Expressions expressions;
  private final BlockCalls calls;

  /**
   * @param block the block whose body this is, if it is one
   */
  ReadBody(Context context, Optional<String> block, List<Statement> statements) {
    this(context, block, Scope.declaredBy(statements));
  }

  ReadBody(Context context, Optional<String> block, Set<String> declared) {
    this.context = context;
    this.builder = new BodyBuilder(declared);
    this.scope = new Scope(context.dims(), context.diagnostics());
    this.calls = new BlockCalls(context, builder, block);
    this.expressions = new Expressions(context, builder, scope, calls);
  }

  BodyBuilder builder() {
    return builder;
  }

  Scope scope() {
    return scope;
  }

  Expressions expressions() {
    return expressions;
  }

  /** Declares values that come from outside; their slots are empty where the type is wrong. */
  List<Optional<Integer>> declare(Scope.Kind kind, List<Name> names, Statement.TypeText typeText) {
    Optional<TensorType> type = Types.read(typeText, context.dims(), context.diagnostics());
    List<Optional<Integer>> slots = new ArrayList<>();
    for (Name name : names) {
      if (!scope.free(name)) {
        slots.add(Optional.empty());
        continue;
      }
      Optional<Integer> slot =
          type.map(t ->
              builder.add(
                  new BodyBuilder.Slot(name.text(), t, BodyBuilder.Origin.ARGUMENT, name.span())));
      scope.declare(kind, name, term(slot, type));
      slots.add(slot);
    }
    return slots;
  }

  private static Term term(Optional<Integer> slot, Optional<TensorType> type) {
    return slot.<Term>map(s -> new Term.Tensor(s, type.get())).orElse(Term.POISON);
  }

  void param(Statement.Param param) {
    Optional<TensorType> type =
        Types.read(param.type(), context.dims(), context.diagnostics())
            .filter(t -> parameterType(t, param.type().span()));
    Optional<Optional<Initializer>> given =
        param
            .initializer()
            .map(e -> Initializers.read(e, expressions::constant, context.diagnostics()));
    for (Name name : param.names()) {
      if (scope.free(name)) {
        Optional<Integer> slot =
            type.map(t -> {
              Initializer initializer =
                  given.flatMap(g -> g).orElseGet(() -> Initializers.preset(name.text(), t.rank()));
              return builder.parameter(name.text(), t, initializer, param.frozen(), name.span());
            });
        scope.declare(Scope.Kind.PARAMETER, name, term(slot, type));
      }
    }
  }

  private boolean parameterType(TensorType type, SourceSpan span) {
    if (type.element() != ElementType.REAL) {
      error("AP0208", span, "a parameter is a real tensor, this is " + type);
      return false;
    }
    if (type.batched()) {
      error("AP0405", span, "a parameter cannot depend on the batch: " + type);
      return false;
    }
    return true;
  }

  void let(Statement.Let let) {
    if (let.names().isEmpty()) {
      return;
    }
    List<String> names = new ArrayList<>();
    List<Optional<Name>> free = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Name name : let.names()) {
      boolean twice = !seen.add(name.text());
      if (twice) {
        error("AP0302", name.span(), "'" + name.text() + "' is declared twice");
      }
      boolean isFree = !twice && scope.free(name);
      names.add(isFree ? name.text() : builder.fresh(name.text()));
      free.add(isFree ? Optional.of(name) : Optional.empty());
    }
    List<Term> values = expressions.values(let.value(), names);
    for (int i = 0; i < free.size(); i++) {
      Term value = values.get(i);
      free.get(i).ifPresent(name -> scope.declare(Scope.Kind.LET, name, value));
    }
  }

  void pin(Statement.Pin pin) {
    Scope.Entry entry = scope.use(pin.name().text());
    if (entry == null) {
      expressions.value(new Expression.Reference(pin.name()), pin.name().text());
    }
    if (pin.axes() instanceof Expression.Items items) {
      for (Expression axis : items.items()) {
        if (axis.asName().isEmpty() && !(axis instanceof Expression.Missing)) {
          error("AP0203", axis.span(), "a pin lists names of mesh axes");
        }
      }
      int rank = entry != null && entry.term() instanceof Term.Tensor t ? t.type().rank() : -1;
      if (rank >= 0 && items.items().size() != rank) {
        error(
            "AP0203",
            items.span(),
            "'%s' has %d dimensions, this lists %d"
                .formatted(pin.name().text(), rank, items.items().size()));
      }
    }
  }

  /**
   * Reports what nobody reads.
   *
   * @param live which slots reach a result; empty when errors hide that
   */
  void reportUnused(Optional<boolean[]> live) {
    if (scope.unknownNames()) {
      return;
    }
    for (Scope.Entry e : scope.entries()) {
      if (e.term() == Term.POISON) {
        continue;
      }
      boolean dead = live.isPresent() && e.term() instanceof Term.Tensor t && !live.get()[t.id()];
      String quoted = "'" + e.name().text() + "'";
      SourceSpan span = e.name().span();
      switch (e.kind()) {
        case PARAMETER -> {
          if (!e.used()) {
            error("AP0501", span, "parameter " + quoted + " is never used");
          } else if (dead) {
            error("AP0501", span, "parameter " + quoted + " does not reach any result");
          }
        }
        case LET -> {
          if (!e.used()) {
            warning("AP0509", span, quoted + " is never used");
          }
        }
        case INPUT, ARGUMENT -> {
          if (!e.used()) {
            warning("AP0511", span, e.kind().word() + " " + quoted + " is never used");
          }
        }
      }
    }
    inlinedParameters(live);
  }

  // A parameter of a block that was copied in has no name in this scope.
  private void inlinedParameters(Optional<boolean[]> live) {
    for (ParameterSlot p : builder.parameters()) {
      String name = builder.slot(p.slot()).name();
      if (live.isPresent() && !live.get()[p.slot()] && scope.use(name) == null) {
        context
            .diagnostics()
            .add(
                Diagnostic.error(
                    "AP0501", p.span(), "parameter '" + name + "' does not reach any result"));
      }
    }
  }

  /** Nodes of the body once every block is written out. */
  long nodes() {
    long own = builder.steps().stream().filter(s -> s instanceof BodyBuilder.Step.Apply).count();
    return calls.sectionNodes() + own;
  }

  private void error(String code, SourceSpan span, String message) {
    context.diagnostics().error(code, span, message);
  }

  private void warning(String code, SourceSpan span, String message) {
    context.diagnostics().warning(code, span, message);
  }
}
