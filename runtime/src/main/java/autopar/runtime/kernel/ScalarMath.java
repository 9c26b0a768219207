package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.ROOT_2_PI;
import static autopar.runtime.kernel.VectorMath.TANH_CUBIC;
import static autopar.runtime.kernel.VectorMath.TANH_SCALE;

import autopar.ir.op.UnaryKind;

/** What {@link VectorMath} does to a vector, done to one number. */
final class ScalarMath {

  private ScalarMath() {}

  static float value(UnaryKind kind, float x) {
    return switch (kind) {
      case GELU -> x * distribution(x, bell(x));
      case GELU_TANH -> x * tanhGate(x);
      case SILU -> x * sigmoid(x);
      case RELU -> Math.max(x, 0);
      case TANH -> (float) Math.tanh(x);
      case EXP -> (float) Math.exp(x);
      case LOG -> (float) Math.log(x);
      case SQRT -> (float) Math.sqrt(x);
      case RSQRT -> 1 / (float) Math.sqrt(x);
      case SIGMOID -> sigmoid(x);
      case SQUARE -> x * x;
    };
  }

  /** The derivative, as a function of what {@link autopar.ir.op.UnaryGrad} keeps. */
  static float slope(UnaryKind kind, float kept) {
    return switch (kind) {
      case GELU -> {
        float bell = bell(kept);
        yield kept * bell * ROOT_2_PI + distribution(kept, bell);
      }
      case GELU_TANH -> {
        float s = tanhGate(kept);
        float du = 2 * TANH_SCALE * (1 + 3 * TANH_CUBIC * kept * kept);
        yield kept * s * (1 - s) * du + s;
      }
      case SILU -> {
        float s = sigmoid(kept);
        yield s * (kept * (1 - s) + 1);
      }
      case RELU -> kept > 0 ? 1 : 0;
      case TANH -> 1 - kept * kept;
      case EXP -> kept;
      case LOG -> 1 / kept;
      case SQRT -> 0.5f / kept;
      case RSQRT -> -0.5f * kept * kept * kept;
      case SIGMOID -> kept * (1 - kept);
      case SQUARE -> 2 * kept;
    };
  }

  private static float sigmoid(float x) {
    return 1 / (1 + (float) Math.exp(-x));
  }

  private static float tanhGate(float x) {
    return sigmoid(2 * TANH_SCALE * x * (1 + TANH_CUBIC * x * x));
  }

  private static float bell(float x) {
    return (float) Math.exp(-0.5f * x * x);
  }

  /** P(X <= x) of a standard normal variable, from e^(-x^2 / 2). */
  private static float distribution(float x, float bell) {
    float size = Math.abs(x);
    float q = 1 / (size + 3);
    float t = (size - 3) * q;
    float p = Math.fma(t, VectorMath.TAIL_8, VectorMath.TAIL_7);
    p = Math.fma(p, t, VectorMath.TAIL_6);
    p = Math.fma(p, t, VectorMath.TAIL_5);
    p = Math.fma(p, t, VectorMath.TAIL_4);
    p = Math.fma(p, t, VectorMath.TAIL_3);
    p = Math.fma(p, t, VectorMath.TAIL_2);
    p = Math.fma(p, t, VectorMath.TAIL_1);
    p = Math.fma(p, t, VectorMath.TAIL_0);
    float beyond = bell * p * q;
    return x > 0 ? 1 - beyond : beyond;
  }
}
