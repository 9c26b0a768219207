package autopar.cli;

import autopar.planner.ProgressListener;
import java.io.PrintWriter;

/** One line on a terminal that is written over as the work goes on. */
final class ProgressLine implements ProgressListener, AutoCloseable {
  private static final long REFRESH_NANOS = 80_000_000;
  private static final int WIDTH = 78;

  private final PrintWriter err;
  private long shownAt;
  private boolean shown;

  ProgressLine(PrintWriter err) {
    this.err = err;
    this.shownAt = System.nanoTime();
  }

  /** True if stderr is a terminal that can rewrite a line; the launcher knows. */
  static boolean isWanted() {
    return Boolean.getBoolean("autopar.terminal") && !"dumb".equals(System.getenv("TERM"));
  }

  @Override
  public synchronized void at(String step, long done, long total) {
    long now = System.nanoTime();
    if (now - shownAt < REFRESH_NANOS) {
      return;
    }
    shownAt = now;
    shown = true;
    String text = total > 0 ? step + " " + done + "/" + total : step;
    String cut = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
    err.print("\r" + cut + " ".repeat(WIDTH - cut.length()));
    err.flush();
  }

  /** Clears the line. */
  @Override
  public synchronized void close() {
    if (shown) {
      err.print("\r" + " ".repeat(WIDTH) + "\r");
      err.flush();
    }
  }
}
