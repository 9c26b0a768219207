package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.load;

import autopar.ir.op.UnaryKind;

/**
 * Gradients of functions of every element: (kept, dy) -> dx, where {@link
 * autopar.ir.op.UnaryGrad#keepsResult} tells what was kept.
 */
final class UnaryGradKernels {

  private UnaryGradKernels() {}

  static void unaryGrad(UnaryKind kind, float[] kept, float[] dy, float[] dx) {
    int whole = bound(dy.length);
    vectors(kind, kept, dy, dx, whole);
    for (int i = whole; i < dy.length; i++) {
      dx[i] = dy[i] * ScalarMath.slope(kind, kept[i]);
    }
  }

  /** {@code n} is a multiple of the length of a vector. */
  private static void vectors(UnaryKind kind, float[] kept, float[] dy, float[] dx, int n) {
    switch (kind) {
      case GELU -> gelu(kept, dy, dx, n);
      case GELU_TANH -> geluTanh(kept, dy, dx, n);
      case SILU -> silu(kept, dy, dx, n);
      case RELU -> relu(kept, dy, dx, n);
      case TANH -> tanh(kept, dy, dx, n);
      case EXP -> exp(kept, dy, dx, n);
      case LOG -> log(kept, dy, dx, n);
      case SQRT -> sqrt(kept, dy, dx, n);
      case RSQRT -> rsqrt(kept, dy, dx, n);
      case SIGMOID -> sigmoid(kept, dy, dx, n);
      case SQUARE -> square(kept, dy, dx, n);
    }
  }

  private static void gelu(float[] x, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i += L) {
      load(dy, i).mul(VectorMath.geluSlope(load(x, i))).intoArray(dx, i);
    }
  }

  private static void geluTanh(float[] x, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i += L) {
      load(dy, i).mul(VectorMath.geluTanhSlope(load(x, i))).intoArray(dx, i);
    }
  }

  private static void silu(float[] x, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i += L) {
      load(dy, i).mul(VectorMath.siluSlope(load(x, i))).intoArray(dx, i);
    }
  }

  private static void relu(float[] y, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i++) {
      dx[i] = y[i] > 0 ? dy[i] : 0;
    }
  }

  private static void tanh(float[] y, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i++) {
      dx[i] = dy[i] * (1 - y[i] * y[i]);
    }
  }

  private static void exp(float[] y, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i++) {
      dx[i] = dy[i] * y[i];
    }
  }

  private static void log(float[] x, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i++) {
      dx[i] = dy[i] / x[i];
    }
  }

  private static void sqrt(float[] y, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i++) {
      dx[i] = dy[i] * 0.5f / y[i];
    }
  }

  private static void rsqrt(float[] y, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i++) {
      dx[i] = dy[i] * -0.5f * y[i] * y[i] * y[i];
    }
  }

  private static void sigmoid(float[] y, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i++) {
      dx[i] = dy[i] * y[i] * (1 - y[i]);
    }
  }

  private static void square(float[] x, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i++) {
      dx[i] = dy[i] * 2 * x[i];
    }
  }
}
