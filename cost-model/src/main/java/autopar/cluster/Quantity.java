package autopar.cluster;

import java.util.Objects;

/** A number of a cluster file: its value as written, its unit, and where it comes from. */
public record Quantity(double value, Unit unit, Provenance provenance) {

  public Quantity {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(provenance);
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("not a finite number of at least zero: " + value);
    }
  }

  /** The value in SI: bytes, seconds, bytes per second, operations per second, or plain. */
  public double si() {
    return value * unit.factor();
  }

  @Override
  public String toString() {
    return value + " " + unit.text() + " (" + provenance + ")";
  }
}
