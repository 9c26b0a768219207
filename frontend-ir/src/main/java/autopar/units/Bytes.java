package autopar.units;

import java.util.Locale;

/** A number of bytes; prints in binary units ("43.1 GiB"). Sums and products never wrap around. */
public record Bytes(long value) implements Comparable<Bytes> {

  public static final Bytes ZERO = new Bytes(0);

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  public Bytes plus(Bytes other) {
    return new Bytes(Math.addExact(value, other.value));
  }

  public Bytes minus(Bytes other) {
    return new Bytes(Math.subtractExact(value, other.value));
  }

  public Bytes times(long factor) {
    return new Bytes(Math.multiplyExact(value, factor));
  }

  /** The value in GiB (2^30 bytes). */
  public double gibibytes() {
    return value / (double) (1L << 30);
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    double shown = value;
    int unit = 0;
    // 1023.95 would round to "1024.0" of the smaller unit.
    while (Math.abs(shown) >= 1023.95 && unit < UNITS.length - 1) {
      shown /= 1024;
      unit++;
    }
    return unit == 0 ? value + " B" : String.format(Locale.ROOT, "%.1f %s", shown, UNITS[unit]);
  }
}
