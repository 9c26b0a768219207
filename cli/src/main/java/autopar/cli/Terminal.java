package autopar.cli;

import java.util.function.Function;
import picocli.CommandLine.Help.Ansi;

/**
 * What a stream of this process is written to.
 *
 * @param rewritable a terminal that can go back to the start of a line
 * @param ansi whether styles are shown
 * @param columns columns of a line
 */
record Terminal(boolean rewritable, Ansi ansi, int columns) {
  /** Columns where nobody says how many there are. */
  static final int DEFAULT_COLUMNS = 100;

  private static final int LEAST_COLUMNS = 40;

  /**
   * Stdout. The JVM cannot tell whether it is a terminal; the launcher knows, and says so in {@code
   * autopar.terminal.out} and {@code autopar.terminal.columns}.
   */
  static Terminal out() {
    return of("autopar.terminal.out");
  }

  /** Stderr, of which the launcher says {@code autopar.terminal}. */
  static Terminal err() {
    return of("autopar.terminal");
  }

  private static Terminal of(String property) {
    return of(property, System::getenv);
  }

  /** The stream of {@code property}, where {@code environment} says TERM and NO_COLOR. */
  static Terminal of(String property, Function<String, String> environment) {
    boolean terminal = Boolean.getBoolean(property);
    boolean smart = terminal && !"dumb".equals(environment.apply("TERM"));
    String noColor = environment.apply("NO_COLOR");
    boolean colour = smart && (noColor == null || noColor.isEmpty());
    int columns =
        terminal
            ? Integer.getInteger("autopar.terminal.columns", DEFAULT_COLUMNS)
            : DEFAULT_COLUMNS;
    return new Terminal(
        smart, colour ? Ansi.ON : Ansi.OFF, Math.clamp(columns, LEAST_COLUMNS, DEFAULT_COLUMNS));
  }
}
