package autopar.cli;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Orders model names by family, then by size: "opt-1.3b" before "opt-13b", "350m" before "1.3b".
 */
enum NumberAwareOrder implements Comparator<String> {
  INSTANCE;

  private static final Pattern SIZE = Pattern.compile("(.*?)(\\d+(?:\\.\\d+)?)([mb])(.*)");

  @Override
  public int compare(String a, String b) {
    Matcher left = SIZE.matcher(a);
    Matcher right = SIZE.matcher(b);
    if (!left.matches() || !right.matches() || !left.group(1).equals(right.group(1))) {
      return a.compareTo(b);
    }
    int bySize = Double.compare(size(left), size(right));
    return bySize != 0 ? bySize : a.compareTo(b);
  }

  private static double size(Matcher name) {
    return Double.parseDouble(name.group(2)) * (name.group(3).equals("b") ? 1000 : 1);
  }
}
