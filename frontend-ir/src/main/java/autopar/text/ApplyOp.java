package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.SourceSpan;
import autopar.ir.op.ForwardOp;
import autopar.ir.op.ShapeRules;
import autopar.ir.op.Shapes;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Adds one node after checking that the operands fit. */
final class ApplyOp {

  /** Longer operands are called by their number. */
  private static final int LONGEST_QUOTE = 24;

  private final Context context;
  private final BodyBuilder builder;

  ApplyOp(Context context, BodyBuilder builder) {
    this.context = context;
    this.builder = builder;
  }

  /**
   * The value of {@code op}, or poison after reporting why there is none.
   *
   * @param sources the operands as written
   * @param name asked for only when the node is made
   */
  Term op(
      ForwardOp op,
      List<Term.Tensor> operands,
      List<Expression> sources,
      SourceSpan span,
      Supplier<String> name) {
    List<TensorType> types = operands.stream().map(Term.Tensor::type).toList();
    switch (infer(op, types)) {
      case Shapes.Ok ok -> {
        for (TensorType type : ok.results()) {
          if (!Types.fits(type, span, context.dims(), context.diagnostics())) {
            return Term.POISON;
          }
        }
        List<Integer> ids = operands.stream().map(Term.Tensor::id).toList();
        return builder.apply(name.get(), op, ids, ok.results(), span);
      }
      case Shapes.Mismatch mismatch -> {
        report(mismatch, operands, sources, span);
        return Term.POISON;
      }
    }
  }

  // Extents refuse what is beyond 2^62, exact products throw: both mean sizes too large to add up.
  private static Shapes infer(ForwardOp op, List<TensorType> types) {
    try {
      return ShapeRules.infer(op, types);
    } catch (ArithmeticException | IllegalArgumentException overflow) {
      return new Shapes.Mismatch("the sizes of the result are out of range", -1, Optional.empty());
    }
  }

  private void report(
      Shapes.Mismatch mismatch,
      List<Term.Tensor> operands,
      List<Expression> sources,
      SourceSpan span) {
    int at = mismatch.operand();
    boolean known = at >= 0 && at < sources.size();
    Diagnostic d =
        Diagnostic.error(
            "AP0201",
            known ? sources.get(at).span() : span,
            message(mismatch.message(), operands, sources));
    if (known && sources.get(at).asName().isPresent()) {
      SourceSpan declared = builder.slot(operands.get(at).id()).span();
      d = d.withNote(declared, called(at, sources) + " is declared here");
    }
    if (mismatch.hint().isPresent()) {
      String hint = mismatch.hint().get();
      if (sources.size() == 2) {
        hint =
            hint.replace("the first operand", called(0, sources))
                .replace("the second", called(1, sources));
      }
      d = d.withHint(hint);
    }
    context.diagnostics().add(d);
  }

  /** Two shapes alone do not say which is whose. */
  private static String message(
      String message, List<Term.Tensor> operands, List<Expression> sources) {
    if (!message.startsWith("operand shapes do not fit") || operands.size() != 2) {
      return message;
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      parts.add(called(i, sources) + " is " + operands.get(i).type());
    }
    return "operand shapes do not fit: " + String.join(", ", parts);
  }

  private static String called(int operand, List<Expression> sources) {
    String text = sources.get(operand).span().text();
    return text.length() <= LONGEST_QUOTE && !text.contains("\n")
        ? "'" + text + "'"
        : "operand " + (operand + 1);
  }
}
