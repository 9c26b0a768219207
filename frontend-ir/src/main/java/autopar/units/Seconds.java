package autopar.units;

import java.util.Locale;

/** A duration; prints in the unit that reads best ("12.3 s", "4.50 ms", "2 h 05 min"). */
public record Seconds(double value) implements Comparable<Seconds> {

  public static final Seconds ZERO = new Seconds(0);

  public Seconds {
    Finite.require(value, "seconds");
  }

  public Seconds plus(Seconds other) {
    return new Seconds(value + other.value);
  }

  public Seconds minus(Seconds other) {
    return new Seconds(value - other.value);
  }

  public Seconds times(double factor) {
    return new Seconds(value * factor);
  }

  @Override
  public int compareTo(Seconds other) {
    return Double.compare(value, other.value);
  }

  @Override
  public String toString() {
    double magnitude = Math.abs(value);
    if (magnitude == 0) {
      return "0 s";
    }
    if (magnitude < 0.9995e-3) {
      return DecimalPrefix.threeDigits(value * 1e6) + " us";
    }
    if (magnitude < 0.9995) {
      return DecimalPrefix.threeDigits(value * 1e3) + " ms";
    }
    if (magnitude < 600) {
      return DecimalPrefix.threeDigits(value) + " s";
    }
    long minutes = Math.round(value / 60);
    return minutes < 60
        ? minutes + " min"
        : String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
  }
}
