package autopar.runtime.kernel;

import autopar.ir.op.BinaryKind;
import autopar.ir.op.Einsum;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * {@link Einsum} as products of matrices. How an einsum of some shapes becomes products is worked
 * out once ({@link EinsumPlan}): many products of a sharded step are as short as working it out.
 */
final class EinsumKernel {

  private final MatrixProduct product;
  private final Map<Einsum, List<EinsumPlan>> plans = new ConcurrentHashMap<>();

  EinsumKernel(MatrixProduct product) {
    this.product = product;
  }

  void run(Einsum op, List<FloatTensor> in, FloatTensor out) {
    FloatTensor x = in.get(0);
    if (op.operands().size() == 1) {
      LetteredShape of = new LetteredShape(op.operands().get(0), x.shape());
      MovementKernels.gather(x.data(), of.strides(op.result()), out.shape(), out.data());
      return;
    }
    FloatTensor y = in.get(1);
    if (EinsumPlan.sumsNothing(op)) {
      int[] left = new LetteredShape(op.operands().get(0), x.shape()).strides(op.result());
      int[] right = new LetteredShape(op.operands().get(1), y.shape()).strides(op.result());
      BinaryKernels.run(BinaryKind.MUL, x.data(), left, y.data(), right, out);
    } else if (out.size() > 0) {
      plan(op, x.shape(), y.shape()).run(product, x.data(), y.data(), out.data());
    }
  }

  private EinsumPlan plan(Einsum op, int[] first, int[] second) {
    List<EinsumPlan> known = plans.computeIfAbsent(op, o -> new CopyOnWriteArrayList<>());
    for (EinsumPlan plan : known) {
      if (plan.isOf(first, second)) {
        return plan;
      }
    }
    EinsumPlan plan = EinsumPlan.of(op, first, second);
    known.add(plan);
    return plan;
  }
}
