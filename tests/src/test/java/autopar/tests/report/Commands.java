package autopar.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.cli.Autopar;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs of the command line that must succeed. */
final class Commands {
  private Commands() {}

  /** What the command prints on stdout. */
  static String run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Autopar.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    assertThat(exitCode).as(err.toString()).isZero();
    return out.toString();
  }
}
