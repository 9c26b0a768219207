package autopar.cli;

import java.util.List;
import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
  private Figures() {}

  /** Four digits and the unit that fits: "85.31 s", "12.30 ms". */
  static String seconds(double seconds) {
    if (seconds == 0) {
      return "0 s";
    }
    if (seconds >= 1) {
      return fourDigits(seconds) + " s";
    }
    if (seconds >= 1e-3) {
      return fourDigits(seconds * 1e3) + " ms";
    }
    return fourDigits(seconds * 1e6) + " us";
  }

  /** With its sign: "+2.250 s", "-12.30 ms". */
  static String change(double seconds) {
    return (seconds < 0 ? "-" : "+") + seconds(Math.abs(seconds));
  }

  /** With its sign: "+48.2 %"; two digits below one percent. */
  static String percentChange(double fraction) {
    String format = Math.abs(fraction) < 0.01 ? "%+.2f %%" : "%+.1f %%";
    return String.format(Locale.ROOT, format, 100 * fraction);
  }

  /** "48.2 %". */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  /** "24,567", "12.04", "0.1234". */
  static String rate(double perSecond) {
    return perSecond >= 1000
        ? String.format(Locale.ROOT, "%,.0f", perSecond)
        : fourDigits(perSecond);
  }

  /** "66.0 B", "125 M", "4,096". */
  static String count(long n) {
    if (n >= 1_000_000_000) {
      return threeDigits(n / 1e9) + " B";
    }
    if (n >= 1_000_000) {
      return threeDigits(n / 1e6) + " M";
    }
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** Ranks with runs joined: "0-7,16,18". */
  static String ranges(List<Integer> ranks) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ranks.size(); ) {
      int j = i;
      while (j + 1 < ranks.size() && ranks.get(j + 1) == ranks.get(j) + 1) {
        j++;
      }
      text.append(text.isEmpty() ? "" : ",").append(ranks.get(i));
      if (j > i) {
        text.append('-').append(ranks.get(j));
      }
      i = j + 1;
    }
    return text.toString();
  }

  private static String fourDigits(double value) {
    int decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : value >= 1 ? 3 : 4;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String threeDigits(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }
}
