package autopar.cli;

/** Text broken at words to fit a terminal. */
final class Paragraph {
  private Paragraph() {}

  /**
   * {@code label} and {@code words} on lines of at most {@code width} columns, continued under the
   * first word; a word longer than a line is cut. Ends with a line break.
   */
  static String of(String label, String words, int width) {
    return of(label, " ".repeat(label.length()), words, width);
  }

  /** As {@link #of(String, String, int)}, but lines after the first begin with {@code indent}. */
  static String of(String label, String indent, String words, int width) {
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder(label);
    boolean first = true;
    for (String word : words.split(" ")) {
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

  private static String cut(CharSequence line, int width) {
    return line.length() <= width ? line.toString() : line.subSequence(0, width - 3) + "...";
  }
}
