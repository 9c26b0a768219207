package autopar.plan;

import autopar.ir.type.ElementType;
import autopar.ir.type.Precision;

/** The storage format of a tensor's elements. */
public enum Dtype {
  BF16("bf16", 2),
  FP16("fp16", 2),
  FP32("fp32", 4),
  FP8("fp8", 1),
  INT32("i32", 4),
  BOOL("bool", 1);

  private final String text;
  private final int bytes;

  Dtype(String text, int bytes) {
    this.text = text;
    this.bytes = bytes;
  }

  /** The name in plan.json. */
  public String text() {
    return text;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The format of {@code element} values under {@code precision}. */
  public static Dtype of(ElementType element, Precision precision) {
    return switch (element) {
      case REAL ->
          switch (precision) {
            case BF16 -> BF16;
            case FP16 -> FP16;
            case FP32 -> FP32;
            case FP8 -> FP8;
          };
      case FLOAT32 -> FP32;
      case INT32 -> INT32;
      case BOOL -> BOOL;
    };
  }
}
