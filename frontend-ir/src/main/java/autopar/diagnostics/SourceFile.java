package autopar.diagnostics;

import java.util.Arrays;

/** A named source text; knows where its lines begin. Two are equal when name and text are. */
public final class SourceFile {

  private final String name;
  private final String text;
  private int[] lineStarts;

  public SourceFile(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /** The name shown in messages: the path as the user wrote it. */
  public String name() {
    return name;
  }

  public String text() {
    return text;
  }

  /** 1-based line of the character at {@code offset}. */
  public int line(int offset) {
    int found = Arrays.binarySearch(lineStarts(), offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** 1-based column, in UTF-16 units, of the character at {@code offset}. */
  public int column(int offset) {
    return offset - lineStarts()[line(offset) - 1] + 1;
  }

  /** The text of the 1-based {@code line}, without its terminator. */
  public String lineText(int line) {
    int start = lineStarts()[line - 1];
    int end = line < lineStarts.length ? lineStarts[line] : text.length();
    while (end > start && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(start, end);
  }

  public SourceSpan span(int start, int end) {
    return new SourceSpan(this, start, end);
  }

  // Line starts are found on the first question: most files are never asked. The race is harmless,
  // every thread computes the same array.
  private int[] lineStarts() {
    int[] starts = lineStarts;
    if (starts == null) {
      starts = new int[16];
      int lines = 1;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        boolean ends =
            c == '\n' || (c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'));
        if (ends) {
          if (lines == starts.length) {
            starts = Arrays.copyOf(starts, 2 * lines);
          }
          starts[lines++] = i + 1;
        }
      }
      starts = Arrays.copyOf(starts, lines);
      lineStarts = starts;
    }
    return starts;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SourceFile o && name.equals(o.name) && text.equals(o.text);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
