package autopar.cluster;

import java.util.Objects;

/** Where a number comes from: how it was obtained, and the table, citation or formula. */
public record Provenance(Kind kind, String text) {

  /** How a number was obtained. */
  public enum Kind {
    /** Measured on the machine that the file describes. */
    MEASURED("measured"),
    /** Printed in a public source, which the text cites. */
    PUBLISHED("published"),
    /** Arithmetic on, or a fit to, published numbers; the text gives the formula. */
    DERIVED("derived");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The word in a cluster file. */
    public String text() {
      return text;
    }
  }

  public Provenance {
    Objects.requireNonNull(kind);
    if (text.isBlank()) {
      throw new IllegalArgumentException("a provenance names its source");
    }
  }

  @Override
  public String toString() {
    return kind.text() + ": " + text;
  }
}
