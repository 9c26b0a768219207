package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/** Types and loops of ops that treat every element alone: factors d0, d1, .. of the result. */
final class ElementwiseRules {

  private ElementwiseRules() {}

  static Shapes unaryShapes(List<TensorType> operands) {
    return sameShapes("this op", 1, operands);
  }

  static Shapes castShapes(Cast op, List<TensorType> operands) {
    return switch (unaryShapes(operands)) {
      case Shapes.Mismatch mismatch -> mismatch;
      case Shapes.Ok ok -> Shapes.ok(new TensorType(op.to(), operands.get(0).shape()));
    };
  }

  static Work castWork(Cast op, FactorRule rule, long[] sizes) {
    List<int[]> fp32 = List.of(new int[] {0, 4});
    return op.to() == ElementType.FLOAT32
        ? LocalElements.stream(rule, sizes, 0, List.of(), fp32)
        : LocalElements.stream(rule, sizes, 0, fp32, List.of());
  }

  /** {@code count} real operands of one type; the result has it too. */
  static Shapes sameShapes(String name, int count, List<TensorType> operands) {
    if (operands.size() != count) {
      return Operands.wrongCount(name, count, operands.size());
    }
    for (int i = 0; i < count; i++) {
      if (!operands.get(i).element().isReal()) {
        return Shapes.mismatch(i, name + " works on real tensors, this is " + operands.get(i));
      }
      if (!operands.get(i).equals(operands.get(0))) {
        return Shapes.mismatch(
            i, "operand types differ: %s and %s".formatted(operands.get(0), operands.get(i)));
      }
    }
    return Shapes.ok(operands.get(0));
  }

  static Shapes binaryShapes(Binary op, List<TensorType> operands) {
    if (operands.size() != 2) {
      return Operands.wrongCount(op.kind().text(), 2, operands.size());
    }
    TensorType a = operands.get(0);
    TensorType b = operands.get(1);
    if (!a.element().isReal()) {
      return Shapes.mismatch(0, op.kind().text() + " works on real tensors, this is " + a);
    }
    if (!b.element().isReal()) {
      return Shapes.mismatch(1, op.kind().text() + " works on real tensors, this is " + b);
    }
    if (a.element() != b.element()) {
      return Shapes.mismatch(1, "element types differ: %s and %s".formatted(a, b));
    }
    List<Extent> shape = new ArrayList<>();
    int rank = Math.max(a.rank(), b.rank());
    for (int d = 0; d < rank; d++) {
      Extent left = Operands.alignedExtent(a, d, rank);
      Extent right = Operands.alignedExtent(b, d, rank);
      if (!left.equals(right) && !Operands.isOne(left) && !Operands.isOne(right)) {
        return Shapes.mismatch(
            1,
            "operand shapes do not fit: %s and %s".formatted(a, b),
            "aligned at their last dimensions, dimension %d is %s and %s"
                .formatted(d, left, right));
      }
      shape.add(Operands.isOne(left) ? right : left);
    }
    return Shapes.ok(new TensorType(a.element(), shape));
  }

  /** (a, b, dy) of {@code max}: the result has the type of dy. */
  static Shapes maximumGradShapes(List<TensorType> operands) {
    return operands.size() == 3
        ? Shapes.ok(operands.get(2))
        : Operands.wrongCount("max_grad", 3, operands.size());
  }

  static Shapes dropoutShapes(Dropout op, List<TensorType> operands) {
    if (!(op.rate() >= 0 && op.rate() < 1)) {
      return Shapes.mismatch(-1, "the rate of dropout must be in [0, 1): " + op.rate());
    }
    return switch (sameShapes("dropout", 1, operands)) {
      case Shapes.Ok ok ->
          Shapes.ok(operands.get(0), new TensorType(ElementType.BOOL, operands.get(0).shape()));
      case Shapes.Mismatch mismatch -> mismatch;
    };
  }

  static Shapes dropoutGradShapes(List<TensorType> operands) {
    return operands.size() == 2
        ? Shapes.ok(operands.get(0))
        : Operands.wrongCount("dropout_grad", 2, operands.size());
  }

  /** Every operand aligns with the result at its last dimensions. */
  static FactorRule factors(List<TensorType> operands, List<TensorType> results) {
    RuleBuilder rule = new RuleBuilder();
    List<Integer> dims = rule.dims(results.get(0), FactorKind.PASS_THROUGH);
    for (TensorType operand : operands) {
      rule.compoundOperand(RuleBuilder.aligned(operand, results.get(0), RuleBuilder.single(dims)));
    }
    results.forEach(r -> rule.result(dims));
    return rule.build();
  }

  static Work unaryWork(UnaryKind kind, FactorRule rule, long[] sizes) {
    return LocalElements.stream(rule, sizes, kind.operations());
  }

  static Work dropoutWork(FactorRule rule, long[] sizes) {
    return LocalElements.stream(rule, sizes, 3, List.of(), List.of(new int[] {1, 1}));
  }

  static Work dropoutGradWork(FactorRule rule, long[] sizes) {
    return LocalElements.stream(rule, sizes, 2, List.of(new int[] {1, 1}), List.of());
  }
}
