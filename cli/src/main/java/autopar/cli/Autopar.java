package autopar.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of autopar: names the verbs and turns failures into exit codes. */
@Command(
    name = "autopar",
    mixinStandardHelpOptions = true,
    version = "autopar 0.1.0",
    description = "Compiles a model into a complete parallel plan for a GPU cluster.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeOnInvalidInput = ExitCodes.INPUT_IS_WRONG,
    exitCodeOnExecutionException = ExitCodes.OUR_BUG,
    subcommands = {})
public final class Autopar implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    boolean debug = "1".equals(System.getenv("AUTOPAR_DEBUG"));
    System.exit(execute(arguments, commandLine(), debug));
  }

  /** The command with all its verbs, before it is told what to do and where to print. */
  static CommandLine commandLine() {
    return new CommandLine(new Autopar());
  }

  /**
   * Runs one command.
   *
   * @return its exit code, one of {@link ExitCodes}
   */
  static int execute(String[] arguments, CommandLine command, boolean debug) {
    PrintWriter err = command.getErr();
    command.setExecutionExceptionHandler((failure, verb, parsed) -> {
      BugReport.print(failure, debug, err);
      return ExitCodes.OUR_BUG;
    });
    try {
      return command.execute(arguments);
    } catch (Error failure) {
      BugReport.print(failure, debug, err);
      return ExitCodes.OUR_BUG;
    }
  }
}
