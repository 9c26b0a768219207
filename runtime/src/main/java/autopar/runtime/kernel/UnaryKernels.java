package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.broadcast;
import static autopar.runtime.kernel.VectorMath.load;

import autopar.ir.op.Affine;
import autopar.ir.op.UnaryKind;
import jdk.incubator.vector.VectorOperators;

/** Functions of every element. */
final class UnaryKernels {

  private UnaryKernels() {}

  static void unary(UnaryKind kind, float[] x, float[] y) {
    int whole = bound(x.length);
    vectors(kind, x, y, whole);
    for (int i = whole; i < x.length; i++) {
      y[i] = ScalarMath.value(kind, x[i]);
    }
  }

  /** {@code n} is a multiple of the length of a vector. */
  private static void vectors(UnaryKind kind, float[] x, float[] y, int n) {
    switch (kind) {
      case GELU -> gelu(x, y, n);
      case GELU_TANH -> geluTanh(x, y, n);
      case SILU -> silu(x, y, n);
      case RELU -> relu(x, y, n);
      case TANH -> tanh(x, y, n);
      case EXP -> exp(x, y, n);
      case LOG -> log(x, y, n);
      case SQRT -> sqrt(x, y, n);
      case RSQRT -> rsqrt(x, y, n);
      case SIGMOID -> sigmoid(x, y, n);
      case SQUARE -> square(x, y, n);
    }
  }

  static void affine(Affine op, float[] x, float[] y) {
    float scale = (float) op.scale();
    float shift = (float) op.shift();
    for (int i = 0; i < y.length; i++) {
      y[i] = scale * x[i] + shift;
    }
  }

  private static void gelu(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMath.gelu(load(x, i)).intoArray(y, i);
    }
  }

  private static void geluTanh(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMath.geluTanh(load(x, i)).intoArray(y, i);
    }
  }

  private static void silu(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i += L) {
      load(x, i).mul(VectorMath.sigmoid(load(x, i))).intoArray(y, i);
    }
  }

  private static void relu(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(x[i], 0);
    }
  }

  private static void tanh(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMath.tanh(load(x, i)).intoArray(y, i);
    }
  }

  private static void exp(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMath.exp(load(x, i)).intoArray(y, i);
    }
  }

  private static void log(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i += L) {
      load(x, i).lanewise(VectorOperators.LOG).intoArray(y, i);
    }
  }

  private static void sqrt(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i += L) {
      load(x, i).sqrt().intoArray(y, i);
    }
  }

  private static void rsqrt(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i += L) {
      broadcast(1).div(load(x, i).sqrt()).intoArray(y, i);
    }
  }

  private static void sigmoid(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMath.sigmoid(load(x, i)).intoArray(y, i);
    }
  }

  private static void square(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = x[i] * x[i];
    }
  }
}
