package autopar.diagnostics;

/**
 * Half-open range {@code [start, end)} of characters of a file; {@link #NONE} for what was derived
 * and has no text of its own.
 */
public record SourceSpan(SourceFile file, int start, int end) {

  public static final SourceSpan NONE = new SourceSpan(new SourceFile("", ""), 0, 0);

  public SourceSpan {
    if (start < 0 || end < start || end > file.text().length()) {
      throw new IllegalArgumentException(
          "span [" + start + ", " + end + ") outside of " + file.name());
    }
  }

  /** True when the span points into a text. */
  public boolean exists() {
    return !file.name().isEmpty();
  }

  /** 1-based line of the first character. */
  public int line() {
    return file.line(start);
  }

  /** 1-based column of the first character. */
  public int column() {
    return file.column(start);
  }

  /** The smallest span of the same file that holds this one and {@code other}. */
  public SourceSpan to(SourceSpan other) {
    return new SourceSpan(file, Math.min(start, other.start), Math.max(end, other.end));
  }

  /** The characters of the span. */
  public String text() {
    return file.text().substring(start, end);
  }

  /** {@code file:line:column}, or "" for {@link #NONE}. */
  @Override
  public String toString() {
    return exists() ? file.name() + ":" + line() + ":" + column() : "";
  }
}
