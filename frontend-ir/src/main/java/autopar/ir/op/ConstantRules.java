package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorRule;
import java.util.List;

/** Types and work of ops without operands. */
final class ConstantRules {

  private ConstantRules() {}

  static Shapes alibiShapes(AlibiBias op, List<TensorType> operands) {
    return constant(
        "alibi",
        new TensorType(ElementType.REAL, List.of(op.heads(), op.queries(), op.keys())),
        operands);
  }

  static Shapes positionShapes(Positions op, List<TensorType> operands) {
    return constant("positions", new TensorType(ElementType.INT32, List.of(op.length())), operands);
  }

  static Shapes bucketShapes(RelativePositionBuckets op, List<TensorType> operands) {
    long exact = op.buckets() / (op.bidirectional() ? 4 : 2);
    if (exact < 1 || op.maxDistance() <= exact) {
      return Shapes.mismatch(
          -1,
          "%d buckets up to distance %d leave no room".formatted(op.buckets(), op.maxDistance()));
    }
    return constant(
        "relative_position_buckets",
        new TensorType(ElementType.INT32, List.of(op.queries(), op.keys())),
        operands);
  }

  private static Shapes constant(String name, TensorType type, List<TensorType> operands) {
    if (!operands.isEmpty()) {
      return Operands.wrongCount(name, 0, operands.size());
    }
    for (Extent extent : type.shape()) {
      if (extent.batched()) {
        return Shapes.mismatch(-1, name + " cannot depend on the batch: " + type);
      }
    }
    return Shapes.ok(type);
  }

  static Work integerWork(FactorRule rule, long[] sizes) {
    return LocalElements.stream(rule, sizes, 4, List.of(), List.of(new int[] {0, 4}));
  }
}
