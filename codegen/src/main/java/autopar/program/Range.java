package autopar.program;

/** The indices from {@code from} up to but without {@code to}; empty where they are equal. */
public record Range(long from, long to) {

  public Range {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("[" + from + ", " + to + ")");
    }
  }

  public long length() {
    return to - from;
  }

  /** What both hold; empty where they do not meet. */
  public Range and(Range other) {
    long start = Math.max(from, other.from);
    return new Range(start, Math.max(start, Math.min(to, other.to)));
  }

  /** The same indices counted from {@code origin}. */
  public Range relativeTo(long origin) {
    return new Range(from - origin, to - origin);
  }
}
