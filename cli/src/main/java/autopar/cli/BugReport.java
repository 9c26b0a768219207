package autopar.cli;

import java.io.PrintWriter;

/**
 * What is printed when autopar itself failed: a line that can be reported, and a way to learn more.
 */
final class BugReport {
  private BugReport() {}

  static void print(Throwable failure, boolean withStackTrace, PrintWriter err) {
    err.println("autopar: internal error: " + failure);
    if (failure instanceof OutOfMemoryError) {
      err.println("  hint: AUTOPAR_OPTS=-Xmx4g gives the compiler more memory");
    }
    if (withStackTrace) {
      failure.printStackTrace(err);
    } else {
      err.println("  this is a bug of autopar; AUTOPAR_DEBUG=1 prints where it happened");
    }
    err.flush();
  }
}
