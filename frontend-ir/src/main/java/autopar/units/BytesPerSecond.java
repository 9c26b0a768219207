package autopar.units;

/** A bandwidth; prints with a decimal prefix as vendors do ("2.04 TB/s"). */
public record BytesPerSecond(double value) implements Comparable<BytesPerSecond> {

  public BytesPerSecond {
    Finite.require(value, "bytes per second");
  }

  /** How long moving {@code amount} takes at this bandwidth. */
  public Seconds time(Bytes amount) {
    return new Seconds(amount.value() / value);
  }

  @Override
  public int compareTo(BytesPerSecond other) {
    return Double.compare(value, other.value);
  }

  @Override
  public String toString() {
    return DecimalPrefix.format(value, "B/s");
  }
}
