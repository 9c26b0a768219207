package autopar.solver.contest;

/** An instance file that is not in the contest's form; the message says what and where. */
public final class BadInstance extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int line;
  private final int column;

  BadInstance(String message, int line, int column) {
    super(message);
    this.line = line;
    this.column = column;
  }

  /** The line of the fault from 1; 0 where the fault has no single place. */
  public int line() {
    return line;
  }

  /** The column of the fault from 1; 0 where the fault has no single place. */
  public int column() {
    return column;
  }
}
