package autopar.cli;

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
    exitCodeOnExecutionException = ExitCodes.OUR_BUG)
public final class Autopar implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Autopar());
  }
}
