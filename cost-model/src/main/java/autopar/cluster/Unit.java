package autopar.cluster;

import java.util.Optional;

/** The units that numbers of a cluster file may carry, with their factor to SI (bytes, seconds). */
public enum Unit {
  COUNT("count", Dimension.NUMBER, 1),
  FRACTION("fraction", Dimension.NUMBER, 1),
  BYTE("B", Dimension.BYTES, 1),
  KIB("KiB", Dimension.BYTES, 1L << 10),
  MIB("MiB", Dimension.BYTES, 1L << 20),
  GIB("GiB", Dimension.BYTES, 1L << 30),
  TIB("TiB", Dimension.BYTES, 1L << 40),
  MB("MB", Dimension.BYTES, 1e6),
  GB("GB", Dimension.BYTES, 1e9),
  SECOND("s", Dimension.SECONDS, 1),
  MILLISECOND("ms", Dimension.SECONDS, 1e-3),
  MICROSECOND("us", Dimension.SECONDS, 1e-6),
  NANOSECOND("ns", Dimension.SECONDS, 1e-9),
  MB_PER_SECOND("MB/s", Dimension.BYTES_PER_SECOND, 1e6),
  GB_PER_SECOND("GB/s", Dimension.BYTES_PER_SECOND, 1e9),
  TB_PER_SECOND("TB/s", Dimension.BYTES_PER_SECOND, 1e12),
  GBIT_PER_SECOND("Gb/s", Dimension.BYTES_PER_SECOND, 1e9 / 8),
  GFLOP_PER_SECOND("GFLOP/s", Dimension.FLOPS_PER_SECOND, 1e9),
  TFLOP_PER_SECOND("TFLOP/s", Dimension.FLOPS_PER_SECOND, 1e12);

  /** What is measured. */
  public enum Dimension {
    NUMBER("a number"),
    BYTES("bytes"),
    SECONDS("seconds"),
    BYTES_PER_SECOND("bytes per second"),
    FLOPS_PER_SECOND("operations per second");

    private final String text;

    Dimension(String text) {
      this.text = text;
    }

    /** The words of a message. */
    public String text() {
      return text;
    }
  }

  private final String text;
  private final Dimension dimension;
  private final double factor;

  Unit(String text, Dimension dimension, double factor) {
    this.text = text;
    this.dimension = dimension;
    this.factor = factor;
  }

  /** The unit as written in a file. */
  public String text() {
    return text;
  }

  public Dimension dimension() {
    return dimension;
  }

  /** One of this unit in bytes, seconds, bytes per second or operations per second. */
  public double factor() {
    return factor;
  }

  /** The unit that is written {@code text}, if there is one. */
  public static Optional<Unit> of(String text) {
    for (Unit unit : values()) {
      if (unit.text.equals(text)) {
        return Optional.of(unit);
      }
    }
    return Optional.empty();
  }
}
