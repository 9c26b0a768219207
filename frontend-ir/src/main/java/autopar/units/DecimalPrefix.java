package autopar.units;

import java.util.Locale;

/** Writes a magnitude with a decimal prefix and about three significant digits ("312 T"). */
final class DecimalPrefix {

  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E", "Z", "Y"};

  private DecimalPrefix() {}

  /** {@code value} and {@code unit} with the largest prefix that leaves at least one digit. */
  static String format(double value, String unit) {
    double shown = value;
    int prefix = 0;
    while (Math.abs(shown) >= 999.5 && prefix < PREFIXES.length - 1) {
      shown /= 1000;
      prefix++;
    }
    return threeDigits(shown) + " " + PREFIXES[prefix] + unit;
  }

  /** Three significant digits where the magnitude is below 1000, whole numbers above. */
  static String threeDigits(double value) {
    double magnitude = Math.abs(value);
    String pattern =
        magnitude >= 99.95 || magnitude == 0 ? "%.0f" : magnitude >= 9.995 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, pattern, value);
  }
}
