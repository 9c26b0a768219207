package autopar.ir.type;

/** The numeric format of compute, parameters and activations; accumulation is always fp32. */
public enum Precision {
  BF16("bf16", 2),
  FP16("fp16", 2),
  FP32("fp32", 4),
  FP8("fp8", 1);

  private final String text;
  private final int bytes;

  Precision(String text, int bytes) {
    this.text = text;
    this.bytes = bytes;
  }

  /** Bytes of one activation element. */
  public int bytes() {
    return bytes;
  }

  /** The name on the command line and in plan.json. */
  public String text() {
    return text;
  }
}
