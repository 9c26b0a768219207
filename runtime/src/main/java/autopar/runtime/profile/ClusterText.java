package autopar.runtime.profile;

import autopar.cluster.Provenance;
import autopar.cluster.Quantity;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Locale;

/** Lines of a cluster file that say a number, its unit and where it comes from. */
final class ClusterText {

  private ClusterText() {}

  static String lines(String... lines) {
    return String.join(",\n", lines);
  }

  /** How well a fit holds, {@code medianError} as a fraction. */
  static String fitted(String what, double medianError) {
    return String.format(Locale.ROOT, "fit to %s, median error %.1f %%; ", what, 100 * medianError);
  }

  static String measured(String key, double value, String unit, String text) {
    return line(key, value, unit, Provenance.Kind.MEASURED, text);
  }

  static String derived(String key, double value, String unit, String text) {
    return line(key, value, unit, Provenance.Kind.DERIVED, text);
  }

  /** A number of another file, as it stands there. */
  static String copied(String key, Quantity quantity) {
    Provenance provenance = quantity.provenance();
    return line(
        key, quantity.value(), quantity.unit().text(), provenance.kind(), provenance.text());
  }

  private static String line(
      String key, double value, String unit, Provenance.Kind kind, String text) {
    return "    " + quoted(key) + ": " + number(value, unit, kind, text);
  }

  static String number(double value, String unit, Provenance.Kind kind, String text) {
    String digits =
        value == Math.rint(value) && value < 1e15
            ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.4g", value);
    return "{\"value\": "
        + digits
        + ", \"unit\": "
        + quoted(unit)
        + ", "
        + quoted(kind.text())
        + ": "
        + quoted(text)
        + "}";
  }

  static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
