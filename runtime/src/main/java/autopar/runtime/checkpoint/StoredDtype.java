package autopar.runtime.checkpoint;

/** The number formats of safetensors files, by the names that the format gives them. */
public enum StoredDtype {
  F64(8),
  I64(8),
  U64(8),
  F32(4),
  I32(4),
  U32(4),
  BF16(2),
  F16(2),
  I16(2),
  U16(2),
  F8_E4M3(1),
  F8_E5M2(1),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  StoredDtype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether every value of this format is a float. */
  public boolean isReadAsFloats() {
    return switch (this) {
      case F32, BF16, F16 -> true;
      case F64, I64, U64, I32, U32, I16, U16, F8_E4M3, F8_E5M2, I8, U8, BOOL -> false;
    };
  }
}
