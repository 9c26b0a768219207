package autopar.units;

/** A rate of arithmetic; prints with a decimal prefix ("312 TFLOP/s"). */
public record FlopsPerSecond(double value) implements Comparable<FlopsPerSecond> {

  public FlopsPerSecond {
    Finite.require(value, "flops per second");
  }

  /** How long {@code work} takes at this rate. */
  public Seconds time(Flops work) {
    return new Seconds(work.value() / value);
  }

  @Override
  public int compareTo(FlopsPerSecond other) {
    return Double.compare(value, other.value);
  }

  @Override
  public String toString() {
    return DecimalPrefix.format(value, "FLOP/s");
  }
}
