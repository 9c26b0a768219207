package autopar.cli;

import java.util.Locale;

/** How a verb prints its result. */
enum OutputFormat {
  /** For people. */
  TEXT,
  /** One JSON object on stdout; everything else on stderr. */
  JSON;

  /** The word on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
