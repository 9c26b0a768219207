package autopar.runtime.kernel;

import autopar.ir.op.Op;
import autopar.runtime.Placement;
import autopar.runtime.reference.*;
import java.util.*;

public final class FloatKernels {
  public FloatKernels(MatrixProduct p) {}

  static Tensor d(FloatTensor t) {
    double[] x = new double[t.data().length];
    for (int i = 0; i < x.length; i++) x[i] = t.data()[i];
    return new Tensor(t.shape(), x);
  }

  public void run(Op op, List<FloatTensor> in, List<FloatTensor> out, Placement p) {
    List<Tensor> r =
        ReferenceKernels.run(
            op,
            in.stream().map(FloatKernels::d).toList(),
            out.stream().map(FloatTensor::shape).toList(),
            p);
    for (int k = 0; k < r.size(); k++)
      for (int i = 0; i < out.get(k).data().length; i++)
        out.get(k).data()[i] = (float) r.get(k).data()[i];
  }

  public void statistics(
      Op op, int round, List<FloatTensor> in, List<FloatTensor> e, FloatTensor out, Placement p) {
    throw new UnsupportedOperationException();
  }

  public void finish(
      Op op, List<FloatTensor> in, List<FloatTensor> s, List<FloatTensor> out, Placement p) {
    throw new UnsupportedOperationException();
  }
}
