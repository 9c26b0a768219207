package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.SourceSpan;
import autopar.diagnostics.Suggestion;
import autopar.ir.op.Affine;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Einsum;
import autopar.ir.op.ForwardOp;
import autopar.ir.type.TensorType;
import autopar.text.Expression.Operator;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Turns expressions into nodes of one body. */
final class Expressions {

  /**
   * The name of what is being made: {@code base} itself for the outermost node, {@code base.einsum}
   * and so on for the nodes below it.
   */
  private record Naming(String base, boolean outermost) {
    Naming inner() {
      return new Naming(base, false);
    }
  }

  private final Context context;
  private final BodyBuilder builder;
  private final Scope scope;
  private final BlockCalls calls;
  private final ApplyOp apply;

  /** Affine nodes without a name of their own, with which a constant summand may still merge. */
  private final Set<Integer> mergeable = new LinkedHashSet<>();

  Expressions(Context context, BodyBuilder builder, Scope scope, BlockCalls calls) {
    this.context = context;
    this.builder = builder;
    this.scope = scope;
    this.calls = calls;
    this.apply = new ApplyOp(context, builder);
  }

  /** The value of {@code e}; a node made for it is called {@code name}. */
  Term value(Expression e, String name) {
    return value(e, new Naming(name, true));
  }

  /** The values of {@code e}, which is a block call when there are several names. */
  List<Term> values(Expression e, List<String> names) {
    Optional<List<Term>> results =
        switch (e) {
          case Expression.Call c when context.blocks().isBlock(c.function().text()) ->
              Optional.of(blockCall(c, Optional.empty(), names));
          case Expression.Repeat r ->
              Optional.of(blockCall(r.call(), Optional.of(r.count()), names));
          default -> Optional.empty();
        };
    if (results.isPresent() || names.size() == 1) {
      return results.orElseGet(() -> List.of(value(e, names.get(0))));
    }
    if (value(e, names.get(0)) != Term.POISON) {
      error("AP0205", e.span(), "this is one value, not " + names.size());
    }
    return names.stream().map(n -> Term.POISON).toList();
  }

  /** The number that {@code e} is, or empty after reporting that it is none. */
  OptionalDouble constant(Expression e) {
    return switch (value(e, new Naming("constant", false))) {
      case Term.Constant c -> OptionalDouble.of(c.value());
      case Term.Poison p -> OptionalDouble.empty();
      case Term.Tensor t -> {
        error("AP0207", e.span(), "this must be a number, not a tensor");
        yield OptionalDouble.empty();
      }
    };
  }

  private Term value(Expression e, Naming naming) {
    return switch (e) {
      case Expression.Number n -> number(n);
      case Expression.Reference r -> reference(r.name());
      case Expression.Chain c -> chain(c, naming);
      case Expression.Negation n -> negation(n, naming);
      case Expression.Call c -> call(c, naming);
      case Expression.Repeat r ->
          blockCall(r.call(), Optional.of(r.count()), List.of(name(naming, "repeat"))).get(0);
      case Expression.Missing m -> Term.POISON;
      case Expression.Text t -> error("AP0207", t.span(), "a text is no tensor");
      case Expression.Items i -> error("AP0207", i.span(), "a list is no tensor");
    };
  }

  private Term number(Expression.Number n) {
    double value = Double.parseDouble(n.text());
    return Double.isFinite(value)
        ? new Term.Constant(value)
        : error("AP0403", n.span(), "this number is too large");
  }

  private Term reference(Name name) {
    Scope.Entry entry = scope.use(name.text());
    if (entry != null) {
      return entry.term();
    }
    if (context.dims().isDim(name.text())) {
      Optional<Size> size = context.dims().lookup(name.text());
      if (size.isPresent() && size.get().batched()) {
        return error(
            "AP0405", name.span(), "'" + name.text() + "' grows with the batch: it is no constant");
      }
      return size.<Term>map(s -> new Term.Constant(s.count())).orElse(Term.POISON);
    }
    if (!context.forgiven().contains(name.text())) {
      unknown(name);
    }
    return Term.POISON;
  }

  private void unknown(Name name) {
    scope.unknown();
    Diagnostic d = Diagnostic.error("AP0301", name.span(), "'" + name.text() + "' is not declared");
    Optional<String> elsewhere = calls.whereElse(name.text());
    List<String> known = new ArrayList<>(scope.names());
    known.addAll(context.dims().names());
    context
        .diagnostics()
        .add(
            elsewhere
                .or(() ->
                    Suggestion.among(known, name.text()).map(s -> "did you mean '" + s + "'?"))
                .map(d::withHint)
                .orElse(d));
  }

  private Term negation(Expression.Negation n, Naming naming) {
    Term term = value(n.operand(), naming.inner());
    return combine(
        new Term.Constant(-1), Operator.MULTIPLY, term, n.operand(), n.operand(), n.span(), naming);
  }

  private Term chain(Expression.Chain c, Naming naming) {
    Term left = value(c.terms().get(0), naming.inner());
    for (int i = 1; i < c.terms().size(); i++) {
      Expression operand = c.terms().get(i);
      Term right = value(operand, naming.inner());
      boolean last = i == c.terms().size() - 1;
      SourceSpan span = c.terms().get(0).span().to(operand.span());
      Naming own = last ? naming : naming.inner();
      left =
          combine(left, c.operators().get(i - 1), right, c.terms().get(i - 1), operand, span, own);
    }
    return left;
  }

  private Term combine(
      Term a,
      Operator operator,
      Term b,
      Expression left,
      Expression right,
      SourceSpan span,
      Naming naming) {
    if (a instanceof Term.Poison || b instanceof Term.Poison) {
      return Term.POISON;
    }
    if (a instanceof Term.Constant x && b instanceof Term.Constant y) {
      return finite(arithmetic(x.value(), operator, y.value()), span);
    }
    if (a instanceof Term.Tensor x && b instanceof Term.Tensor y) {
      BinaryKind kind =
          switch (operator) {
            case ADD -> BinaryKind.ADD;
            case SUBTRACT -> BinaryKind.SUB;
            case MULTIPLY -> BinaryKind.MUL;
            case DIVIDE -> BinaryKind.DIV;
          };
      return apply.op(
          new Binary(kind),
          List.of(x, y),
          List.of(left, right),
          span,
          () -> name(naming, kind.text()));
    }
    return a instanceof Term.Tensor x
        ? affine(x, operator, ((Term.Constant) b).value(), left, span, naming)
        : affine(((Term.Constant) a).value(), operator, (Term.Tensor) b, right, span, naming);
  }

  private static double arithmetic(double a, Operator operator, double b) {
    return switch (operator) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
    };
  }

  private Term finite(double value, SourceSpan span) {
    return Double.isFinite(value)
        ? new Term.Constant(value)
        : error("AP0403", span, "this is no finite number");
  }

  private Term affine(
      Term.Tensor x, Operator operator, double c, Expression source, SourceSpan span, Naming n) {
    return switch (operator) {
      case ADD -> affine(x, 1, c, source, span, n);
      case SUBTRACT -> affine(x, 1, -c, source, span, n);
      case MULTIPLY -> affine(x, c, 0, source, span, n);
      case DIVIDE ->
          finite(1 / c, span) instanceof Term.Constant inverse
              ? affine(x, inverse.value(), 0, source, span, n)
              : Term.POISON;
    };
  }

  private Term affine(
      double c, Operator operator, Term.Tensor x, Expression source, SourceSpan span, Naming n) {
    return switch (operator) {
      case ADD -> affine(x, 1, c, source, span, n);
      case SUBTRACT -> affine(x, -1, c, source, span, n);
      case MULTIPLY -> affine(x, c, 0, source, span, n);
      case DIVIDE ->
          error("AP0207", span, "a number cannot be divided by a tensor; multiply by rsqrt(...)");
    };
  }

  /** {@code scale * x + shift}, as one node with the multiplications that x may just have been. */
  private Term affine(
      Term.Tensor x,
      double scale,
      double shift,
      Expression source,
      SourceSpan span,
      Naming naming) {
    if (shift != 0
        && mergeable.contains(x.id())
        && builder.steps().getLast() instanceof BodyBuilder.Step.Apply last
        && last.results().equals(List.of(x.id()))
        && last.op() instanceof Affine before
        && before.shift() == 0) {
      builder.removeLast();
      mergeable.remove(x.id());
      int inner = last.operands().get(0);
      Term.Tensor operand = new Term.Tensor(inner, builder.slot(inner).type());
      return affine(operand, scale * before.scale(), shift, source, span, naming);
    }
    Term result =
        apply.op(
            new Affine(scale, shift),
            List.of(x),
            List.of(source),
            span,
            () -> name(naming, shift == 0 ? "scale" : "shift"));
    if (!naming.outermost() && result instanceof Term.Tensor t) {
      mergeable.add(t.id());
    }
    return result;
  }

  private Term call(Expression.Call c, Naming naming) {
    String function = c.function().text();
    if (context.blocks().isBlock(function)) {
      return blockCall(c, Optional.empty(), List.of(name(naming, function))).get(0);
    }
    if (function.equals("einsum")) {
      return einsum(c, naming);
    }
    List<Term> terms = new ArrayList<>();
    for (Expression operand : c.operands()) {
      terms.add(value(operand, naming.inner()));
    }
    if (!OpSyntax.names().contains(function)) {
      unknownFunction(c.function());
      return Term.POISON;
    }
    if (terms.stream().anyMatch(t -> t instanceof Term.Poison)) {
      return Term.POISON;
    }
    if (!terms.isEmpty() && terms.stream().allMatch(t -> t instanceof Term.Constant)) {
      return folded(c, terms);
    }
    Optional<List<Term.Tensor>> operands = tensors(terms, c.operands());
    if (operands.isEmpty()) {
      return Term.POISON;
    }
    List<TensorType> types = operands.get().stream().map(Term.Tensor::type).toList();
    Attributes attributes =
        new Attributes(c, context.dims(), this::constant, context.diagnostics());
    Optional<ForwardOp> op = OpSyntax.op(function, attributes, types);
    return attributes.complete() && op.isPresent()
        ? apply.op(op.get(), operands.get(), c.operands(), c.span(), () -> name(naming, function))
        : Term.POISON;
  }

  private void unknownFunction(Name name) {
    List<String> known = new ArrayList<>(OpSyntax.names());
    known.add("einsum");
    known.addAll(context.blocks().names());
    if (context.forgiven().contains(name.text())) {
      return;
    }
    Diagnostic d =
        Diagnostic.error(
            "AP0303", name.span(), "there is no operation or block '" + name.text() + "'");
    context
        .diagnostics()
        .add(
            Suggestion.among(known, name.text())
                .map(s -> d.withHint("did you mean '" + s + "'?"))
                .orElse(d));
  }

  /** A function of numbers is a number. */
  private Term folded(Expression.Call c, List<Term> terms) {
    double x = ((Term.Constant) terms.get(0)).value();
    if (terms.size() == 1 && c.attributes().isEmpty()) {
      switch (c.function().text()) {
        case "sqrt" -> {
          return finite(Math.sqrt(x), c.span());
        }
        case "rsqrt" -> {
          return finite(1 / Math.sqrt(x), c.span());
        }
        case "exp" -> {
          return finite(Math.exp(x), c.span());
        }
        case "log" -> {
          return finite(Math.log(x), c.span());
        }
        default -> {
          // The other functions need a tensor.
        }
      }
    }
    tensors(terms, c.operands());
    return Term.POISON;
  }

  private Optional<List<Term.Tensor>> tensors(List<Term> terms, List<Expression> sources) {
    List<Term.Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      if (terms.get(i) instanceof Term.Tensor t) {
        tensors.add(t);
      } else {
        error("AP0207", sources.get(i).span(), "this must be a tensor, not a number");
      }
    }
    return tensors.size() == terms.size() ? Optional.of(tensors) : Optional.empty();
  }

  private Term einsum(Expression.Call c, Naming naming) {
    boolean spelled = !c.operands().isEmpty() && c.operands().get(0) instanceof Expression.Text;
    List<Expression> sources = c.operands().subList(spelled ? 1 : 0, c.operands().size());
    List<Term> terms = new ArrayList<>();
    for (Expression operand : sources) {
      terms.add(value(operand, naming.inner()));
    }
    boolean right =
        new Attributes(c, context.dims(), this::constant, context.diagnostics()).complete();
    if (!spelled) {
      boolean lost = !sources.isEmpty() && sources.get(0) instanceof Expression.Missing;
      return lost
          ? Term.POISON
          : error("AP0204", c.span(), "einsum begins with an equation, as in \"bsh,hf->bsf\"");
    }
    Expression.Text equation = (Expression.Text) c.operands().get(0);
    Einsum op;
    try {
      op = Einsum.of(equation.value());
    } catch (IllegalArgumentException wrong) {
      return error("AP0204", equation.span(), wrong.getMessage());
    }
    if (!right || terms.stream().anyMatch(t -> t instanceof Term.Poison)) {
      return Term.POISON;
    }
    return tensors(terms, sources)
        .map(t -> apply.op(op, t, sources, c.span(), () -> name(naming, "einsum")))
        .orElse(Term.POISON);
  }

  private List<Term> blockCall(Expression.Call c, Optional<Expression> count, List<String> names) {
    List<Term> operands = new ArrayList<>();
    for (Expression operand : c.operands()) {
      operands.add(value(operand, new Naming(names.get(0), false)));
    }
    if (!new Attributes(c, context.dims(), this::constant, context.diagnostics()).complete()) {
      return names.stream().map(n -> Term.POISON).toList();
    }
    if (!context.blocks().isBlock(c.function().text())) {
      if (OpSyntax.names().contains(c.function().text())) {
        error("AP0303", c.function().span(), "only blocks can be repeated");
      } else {
        unknownFunction(c.function());
      }
      return names.stream().map(n -> Term.POISON).toList();
    }
    return calls.call(c, count, operands, names);
  }

  private String name(Naming naming, String mnemonic) {
    return naming.outermost() ? naming.base() : builder.fresh(naming.base() + "." + mnemonic);
  }

  private Term error(String code, SourceSpan span, String message) {
    context.diagnostics().error(code, span, message);
    return Term.POISON;
  }
}
