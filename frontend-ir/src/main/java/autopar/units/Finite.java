package autopar.units;

/** The check every unit of a real number makes: impossible is said in words, not as NaN. */
final class Finite {

  private Finite() {}

  static void require(double value, String what) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(what + " must be finite: " + value);
    }
  }
}
