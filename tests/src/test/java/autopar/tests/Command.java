package autopar.tests;

import autopar.cli.Autopar;
import java.io.PrintWriter;
import java.io.StringWriter;

/** A run of the command line inside this process: its exit code and what it printed. */
record Command(int exitCode, String out, String err) {

  static Command run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Autopar.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Command(exitCode, out.toString(), err.toString());
  }
}
