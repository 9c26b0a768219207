package autopar.runtime.rank;

import autopar.diagnostics.CompilerBug;
import autopar.plan.Dtype;
import autopar.runtime.kernel.Bfloat16;

/** What a number format can hold of floats. */
final class NumberFormats {

  private NumberFormats() {}

  /** Rounds every element to the nearest number of {@code dtype}, in place. */
  static void round(Dtype dtype, float[] data) {
    switch (dtype) {
      case BF16 -> Bfloat16.round(data);
      case FP16 -> {
        for (int i = 0; i < data.length; i++) {
          data[i] = Float.float16ToFloat(Float.floatToFloat16(data[i]));
        }
      }
      case FP32, INT32, BOOL -> {}
      case FP8 -> throw new CompilerBug("RankExecutor", "fp8", "it cannot be executed");
    }
  }
}
