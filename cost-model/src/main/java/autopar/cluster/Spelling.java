package autopar.cluster;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class Spelling {
  private Spelling() {}

  /** The nearest of {@code names} within a third of the word's letters, the first of equals. */
  static Optional<String> nearest(String word, Collection<String> names) {
    String best = null;
    int bestDistance = Math.max(1, word.length() / 3) + 1;
    for (String name : names) {
      int distance = distance(word, name);
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Levenshtein distance: single-letter insertions, deletions and replacements. */
  private static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] current = new int[right.length() + 1];
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
