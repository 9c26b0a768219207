package autopar.report;

import java.util.Locale;

/** Text and numbers as HTML: nothing that comes from a plan is markup. */
final class Html {
  private static final double KIBI = 1024;

  private Html() {}

  /** {@code text} with everything escaped that HTML could read as something else. */
  static String text(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /** JSON that a script element may hold. */
  static String json(String json) {
    return json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
  }

  /** A script that a script element may hold. */
  static String script(String script) {
    return script.replace("</script", "<\\/script");
  }

  /** Four digits and the unit that fits. */
  static String seconds(double seconds) {
    if (seconds == 0 || seconds >= 1) {
      return number(seconds) + " s";
    }
    return seconds >= 1e-3 ? number(seconds * 1e3) + " ms" : number(seconds * 1e6) + " µs";
  }

  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (KIBI * KIBI * KIBI));
  }

  /** "65.7 B", "125 M", "4,096". */
  static String count(double n) {
    if (n >= 1e9) {
      return number(n / 1e9, 3) + " B";
    }
    return n >= 1e6 ? number(n / 1e6, 3) + " M" : String.format(Locale.ROOT, "%,.0f", n);
  }

  /** A number in four digits. */
  static String number(double value) {
    return number(value, 4);
  }

  private static String number(double value, int digits) {
    if (value == 0) {
      return "0";
    }
    int before = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
    int decimals = Math.max(0, digits - Math.max(1, before));
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
