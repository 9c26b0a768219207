package autopar.cli;

import autopar.interop.SearchStanding;
import autopar.planner.ProgressListener;
import java.io.PrintWriter;
import java.util.Locale;

/** One line on a terminal that is written over as the work goes on. */
final class ProgressLine implements ProgressListener, AutoCloseable {
  private static final long REFRESH_NANOS = 80_000_000;

  private final PrintWriter err;
  private final int width;
  private long shownAt;
  private boolean shown;

  /** A line on {@code err}, a terminal like {@code terminal}. */
  ProgressLine(PrintWriter err, Terminal terminal) {
    this.err = err;
    // The last column stays free: some terminals break the line after it.
    this.width = terminal.columns() - 1;
    this.shownAt = System.nanoTime() - REFRESH_NANOS;
  }

  @Override
  public void at(SearchStanding standing) {
    show(text(standing));
  }

  /** Writes {@code text} over the line, unless it was written just now. */
  synchronized void show(String text) {
    long now = System.nanoTime();
    if (now - shownAt < REFRESH_NANOS) {
      return;
    }
    shownAt = now;
    shown = true;
    String cut = text.length() > width ? text.substring(0, width) : text;
    err.print("\r" + cut + " ".repeat(width - cut.length()));
    err.flush();
  }

  /** For instance {@code unequal stages 3/12: 420 layers, 9,310 stages, best 183.6 s}. */
  static String text(SearchStanding s) {
    StringBuilder text = new StringBuilder(s.step());
    if (s.total() > 0) {
      text.append(' ').append(s.done()).append('/').append(s.total());
    }
    text.append(String.format(Locale.ROOT, ": %,d layers, %,d stages", s.layers(), s.stages()));
    if (Double.isFinite(s.incumbentSeconds())) {
      text.append(", best ").append(Figures.seconds(s.incumbentSeconds()));
    }
    if (s.boundSeconds() > 0 && Double.isFinite(s.boundSeconds())) {
      text.append(", bound so far ").append(Figures.seconds(s.boundSeconds()));
    }
    return text.toString();
  }

  /** Clears the line. */
  @Override
  public synchronized void close() {
    if (shown) {
      err.print("\r" + " ".repeat(width) + "\r");
      err.flush();
    }
  }
}
