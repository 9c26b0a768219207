package autopar.units;

/** A number of floating-point operations; prints with a decimal prefix ("4.21 PFLOP"). */
public record Flops(double value) implements Comparable<Flops> {

  public static final Flops ZERO = new Flops(0);

  public Flops {
    Finite.require(value, "flops");
  }

  public Flops plus(Flops other) {
    return new Flops(value + other.value);
  }

  public Flops times(double factor) {
    return new Flops(value * factor);
  }

  public FlopsPerSecond per(Seconds time) {
    return new FlopsPerSecond(value / time.value());
  }

  @Override
  public int compareTo(Flops other) {
    return Double.compare(value, other.value);
  }

  @Override
  public String toString() {
    return DecimalPrefix.format(value, "FLOP");
  }
}
