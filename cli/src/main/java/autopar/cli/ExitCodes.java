package autopar.cli;

/** Exit codes: whose fault it was. */
public final class ExitCodes {
  /** The command did what was asked. */
  public static final int DONE = 0;

  /** The input or the command line is wrong; diagnostics say where. */
  public static final int INPUT_IS_WRONG = 1;

  /** No plan fits; the reasons are printed. */
  public static final int NO_PLAN_FITS = 2;

  /** The world failed: no GPU, no file, no MPI. */
  public static final int WORLD_FAILED = 3;

  /** A bug of autopar. */
  public static final int OUR_BUG = 70;

  private ExitCodes() {}
}
