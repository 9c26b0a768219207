package autopar.runtime.kernel;

import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceGrad;
import autopar.runtime.Placement;
import java.util.Arrays;
import java.util.List;

/** Reductions over dimensions and their opposite. */
final class ReduceKernels {

  private ReduceKernels() {}

  static void reduce(Reduce op, FloatTensor x, FloatTensor y, Placement placement) {
    StridedLoops loops = StridedLoops.of(x.shape(), narrow(x.shape(), op.dims()));
    switch (op.kind()) {
      case MAX -> maximum(x.data(), loops, y.data());
      case SUM -> sum(x.data(), loops, 1, y.data());
      case MEAN -> {
        double weight = x.size() == 0 ? 0 : placement.share() * y.size() / x.size();
        sum(x.data(), loops, weight, y.data());
      }
    }
  }

  private static void sum(float[] x, StridedLoops loops, double weight, float[] y) {
    double[] sums = new double[y.length];
    int n = loops.length();
    int step = loops.leftStride();
    loops.forEachRow((i, at, same) -> {
      if (step == 0) {
        sums[at] += Rows.sum(x, i, n);
      } else {
        add(x, i, n, sums, at);
      }
    });
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) (sums[i] * weight);
    }
  }

  private static void add(float[] x, int from, int n, double[] sums, int at) {
    for (int j = 0; j < n; j++) {
      sums[at + j] += x[from + j];
    }
  }

  private static void maximum(float[] x, StridedLoops loops, float[] y) {
    Arrays.fill(y, Float.NEGATIVE_INFINITY);
    int n = loops.length();
    int step = loops.leftStride();
    loops.forEachRow((i, at, same) -> {
      if (step == 0) {
        y[at] = Math.max(y[at], Rows.max(x, i, n, 1));
      } else {
        maximum(x, i, n, y, at);
      }
    });
  }

  private static void maximum(float[] x, int from, int n, float[] y, int at) {
    for (int j = 0; j < n; j++) {
      y[at + j] = Math.max(y[at + j], x[from + j]);
    }
  }

  /** dy -> dx, or (x, y, dy) -> dx of a maximum, whose ties share the gradient. */
  static void reduceGrad(ReduceGrad op, List<FloatTensor> in, FloatTensor dx, Placement placement) {
    FloatTensor dy = in.getLast();
    int[] strides = narrow(dx.shape(), op.dims());
    switch (op.kind()) {
      case SUM -> spread(dy.data(), strides, 1, dx);
      case MEAN -> {
        double weight = dx.size() == 0 ? 0 : placement.share() * dy.size() / dx.size();
        spread(dy.data(), strides, (float) weight, dx);
      }
      case MAX -> maximumGrad(in.get(0).data(), in.get(1).data(), dy.data(), strides, dx);
    }
  }

  private static void maximumGrad(float[] x, float[] y, float[] dy, int[] strides, FloatTensor dx) {
    StridedLoops loops = StridedLoops.of(dx.shape(), strides);
    int n = loops.length();
    int step = loops.leftStride();
    float[] ties = new float[y.length];
    loops.forEachRow((i, at, same) -> {
      for (int j = 0; j < n; j++) {
        ties[at + j * step] += x[i + j] == y[at + j * step] ? 1 : 0;
      }
    });
    loops.forEachRow((i, at, same) -> {
      for (int j = 0; j < n; j++) {
        int of = at + j * step;
        dx.data()[i + j] = x[i + j] == y[of] ? dy[of] / ties[of] : 0;
      }
    });
  }

  static void broadcast(FloatTensor x, FloatTensor y) {
    spread(x.data(), x.strides(y.shape()), 1, y);
  }

  /** y = weight * x, read at a stride per dimension of y. */
  private static void spread(float[] x, int[] strides, float weight, FloatTensor y) {
    StridedLoops loops = StridedLoops.of(y.shape(), strides);
    int n = loops.length();
    int step = loops.leftStride();
    loops.forEachRow((at, i, same) -> {
      if (step == 0) {
        Arrays.fill(y.data(), at, at + n, weight * x[i]);
      } else {
        scaled(x, i, step, weight, y.data(), at, n);
      }
    });
  }

  private static void scaled(
      float[] x, int from, int step, float weight, float[] y, int at, int n) {
    for (int j = 0; j < n; j++) {
      y[at + j] = weight * x[from + j * step];
    }
  }

  /** Strides along {@code wide} of what is left without {@code dims}: 0 along those. */
  private static int[] narrow(int[] wide, List<Integer> dims) {
    int[] strides = new int[wide.length];
    int step = 1;
    for (int d = wide.length - 1; d >= 0; d--) {
      if (!dims.contains(d)) {
        strides[d] = step;
        step *= wide[d];
      }
    }
    return strides;
  }
}
