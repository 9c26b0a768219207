package autopar.cli;

import java.util.ArrayList;
import java.util.List;

/** Text broken at words to fit a terminal. */
final class Paragraph {
  private Paragraph() {}

  /**
   * {@code label} and {@code words} on lines of at most {@code width} columns, continued under the
   * first word. A word longer than a line is broken after a comma or slash, or else cut. Ends with
   * a line break.
   */
  static String of(String label, String words, int width) {
    return of(label, " ".repeat(label.length()), words, width);
  }

  /** As {@link #of(String, String, int)}, but lines after the first begin with {@code indent}. */
  static String of(String label, String indent, String words, int width) {
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder(label);
    boolean first = true;
    for (String word : broken(words.split(" "), width - indent.length())) {
      if (!first && line.length() + 1 + word.length() > width) {
        text.append(cut(line, width)).append('\n');
        line = new StringBuilder(indent);
        first = true;
      }
      line.append(first ? "" : " ").append(word);
      first = false;
    }
    return text.append(cut(line, width)).append('\n').toString();
  }

  /** The same words, long ones in pieces that end after a comma or slash. */
  private static List<String> broken(String[] words, int width) {
    List<String> pieces = new ArrayList<>();
    for (String word : words) {
      String rest = word;
      while (rest.length() > width) {
        int end = Math.max(rest.lastIndexOf(',', width - 1), rest.lastIndexOf('/', width - 1)) + 1;
        if (end <= 0) {
          break;
        }
        pieces.add(rest.substring(0, end));
        rest = rest.substring(end);
      }
      pieces.add(rest);
    }
    return pieces;
  }

  private static String cut(CharSequence line, int width) {
    return line.length() <= width ? line.toString() : line.subSequence(0, width - 3) + "...";
  }
}
