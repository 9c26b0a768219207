package autopar.diagnostics;

import java.util.Collection;
import java.util.Optional;

/** "Did you mean ...?": the known name nearest to one that is not known. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * The first of {@code names} with the smallest edit distance to {@code word}, if that is at most
   * a third of the word's length (and at least one edit is allowed).
   */
  public static Optional<String> among(Collection<String> names, String word) {
    int best = Math.max(1, word.length() / 3) + 1;
    Optional<String> nearest = Optional.empty();
    for (String name : names) {
      if (Math.abs(name.length() - word.length()) >= best) {
        continue;
      }
      int distance = distance(name, word);
      if (distance < best) {
        best = distance;
        nearest = Optional.of(name);
      }
    }
    return nearest;
  }

  /** Insertions, deletions, substitutions and swaps of neighbours that turn a into b. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + substitution, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
