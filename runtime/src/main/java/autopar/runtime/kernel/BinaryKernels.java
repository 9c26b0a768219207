package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.load;

import autopar.ir.op.BinaryKind;
import autopar.ir.op.MaximumGrad;
import java.util.Arrays;
import java.util.List;

/** Functions of two elements, broadcast where their shapes differ. */
final class BinaryKernels {

  private BinaryKernels() {}

  static void binary(BinaryKind kind, FloatTensor a, FloatTensor b, FloatTensor y) {
    run(kind, a.data(), a.strides(y.shape()), b.data(), b.strides(y.shape()), y);
  }

  /** Operands have strides per dimension of the result. */
  static void run(
      BinaryKind kind, float[] a, int[] left, float[] b, int[] right, FloatTensor result) {
    StridedLoops loops = StridedLoops.of(result.shape(), left, right);
    int n = loops.length();
    int sa = loops.leftStride();
    int sb = loops.rightStride();
    float[] y = result.data();
    float[] wide = new float[sa == 1 && sb == 1 ? 0 : 2 * n];
    loops.forEachRow((at, i, j) -> {
      if (sa == 1 && sb == 1) {
        row(kind, a, i, b, j, y, at, n);
      } else {
        spread(a, i, sa, wide, 0, n);
        spread(b, j, sb, wide, n, n);
        row(kind, wide, 0, wide, n, y, at, n);
      }
    });
  }

  /** {@code n} elements at a stride, which may be 0, as neighbours. */
  private static void spread(float[] x, int i, int stride, float[] wide, int to, int n) {
    if (stride == 1) {
      System.arraycopy(x, i, wide, to, n);
    } else if (stride == 0) {
      Arrays.fill(wide, to, to + n, x[i]);
    } else {
      for (int e = 0; e < n; e++) {
        wide[to + e] = x[i + e * stride];
      }
    }
  }

  private static void row(
      BinaryKind kind, float[] a, int i, float[] b, int j, float[] y, int at, int n) {
    switch (kind) {
      case ADD -> add(a, i, b, j, y, at, n);
      case SUB -> subtract(a, i, b, j, y, at, n);
      case MUL -> multiply(a, i, b, j, y, at, n);
      case DIV -> divide(a, i, b, j, y, at, n);
      case MAX -> maximum(a, i, b, j, y, at, n);
    }
  }

  private static void add(float[] a, int i, float[] b, int j, float[] y, int at, int n) {
    int e = 0;
    for (int whole = bound(n); e < whole; e += L) {
      load(a, i + e).add(load(b, j + e)).intoArray(y, at + e);
    }
    for (; e < n; e++) {
      y[at + e] = a[i + e] + b[j + e];
    }
  }

  private static void subtract(float[] a, int i, float[] b, int j, float[] y, int at, int n) {
    int e = 0;
    for (int whole = bound(n); e < whole; e += L) {
      load(a, i + e).sub(load(b, j + e)).intoArray(y, at + e);
    }
    for (; e < n; e++) {
      y[at + e] = a[i + e] - b[j + e];
    }
  }

  private static void multiply(float[] a, int i, float[] b, int j, float[] y, int at, int n) {
    int e = 0;
    for (int whole = bound(n); e < whole; e += L) {
      load(a, i + e).mul(load(b, j + e)).intoArray(y, at + e);
    }
    for (; e < n; e++) {
      y[at + e] = a[i + e] * b[j + e];
    }
  }

  private static void divide(float[] a, int i, float[] b, int j, float[] y, int at, int n) {
    int e = 0;
    for (int whole = bound(n); e < whole; e += L) {
      load(a, i + e).div(load(b, j + e)).intoArray(y, at + e);
    }
    for (; e < n; e++) {
      y[at + e] = a[i + e] / b[j + e];
    }
  }

  private static void maximum(float[] a, int i, float[] b, int j, float[] y, int at, int n) {
    int e = 0;
    for (int whole = bound(n); e < whole; e += L) {
      load(a, i + e).max(load(b, j + e)).intoArray(y, at + e);
    }
    for (; e < n; e++) {
      y[at + e] = Math.max(a[i + e], b[j + e]);
    }
  }

  /** (a, b, dy) -> dy where the chosen operand won. */
  static void maximumGrad(MaximumGrad op, List<FloatTensor> in, FloatTensor dx) {
    float[] a = in.get(0).data();
    float[] b = in.get(1).data();
    float[] dy = in.get(2).data();
    int[] shape = dx.shape();
    StridedLoops loops = StridedLoops.of(shape, in.get(0).strides(shape), in.get(1).strides(shape));
    loops.forEachRow((at, i, j) -> {
      for (int e = 0; e < loops.length(); e++) {
        boolean first = a[i + e * loops.leftStride()] >= b[j + e * loops.rightStride()];
        dx.data()[at + e] = first == op.ofFirst() ? dy[at + e] : 0;
      }
    });
  }
}
