package autopar.cli;

import autopar.diagnostics.DiagnosticRenderer;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
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
    footer = {
      "",
      "Example:",
      "  autopar compile models/opt-66b.ir --devices 24",
      "",
      "Exit codes: 0 done; 1 the input or the command line is wrong; 2 no plan fits;",
      "3 the world failed (no file, no GPU, no MPI); 70 a bug of autopar."
    },
    subcommands = {
      CompileCommand.class,
      BenchCommand.class,
      CheckCommand.class,
      DumpCommand.class,
      SolveCommand.class,
      ModelsCommand.class,
      ClustersCommand.class,
      ValidateCommand.class,
      PriceCommand.class,
      RunCommand.class,
      ViewCommand.class,
      SimulateCommand.class,
      ProfileCommand.class,
      ExplainCommand.class,
      DiffCommand.class,
    })
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

  /**
   * Runs one command that prints to {@code out} and {@code err}.
   *
   * @return its exit code, one of {@link ExitCodes}
   */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return execute(arguments, commandLine().setOut(out).setErr(err), false);
  }

  /** The command with all its verbs, before it is told what to do and where to print. */
  static CommandLine commandLine() {
    return new CommandLine(new Autopar())
        .setUsageHelpWidth(100)
        .registerConverter(OutputFormat.class, new WordConverter<>(OutputFormat.values()))
        .registerConverter(Backend.class, new WordConverter<>(Backend.values()))
        .registerConverter(
            ProfileCommand.Measured.class, new WordConverter<>(ProfileCommand.Measured.values()))
        .registerConverter(
            DumpCommand.Artefact.class, new WordConverter<>(DumpCommand.Artefact.values()))
        .registerConverter(
            ValidateCommand.Report.class, new WordConverter<>(ValidateCommand.Report.values()));
  }

  /**
   * Runs one command.
   *
   * @return its exit code, one of {@link ExitCodes}
   */
  static int execute(String[] arguments, CommandLine command, boolean debug) {
    PrintWriter err = command.getErr();
    command.setParameterExceptionHandler((failure, given) -> wrongCommandLine(failure));
    command.setExecutionExceptionHandler((failure, verb, parsed) -> report(failure, debug, err));
    try {
      return command.execute(arguments);
    } catch (Error failure) {
      BugReport.print(failure, debug, err);
      return ExitCodes.OUR_BUG;
    }
  }

  private static int report(Throwable failure, boolean debug, PrintWriter err) {
    switch (failure) {
      case InvalidInput wrong -> {
        err.print(DiagnosticRenderer.render(wrong.diagnostics()));
        err.flush();
        return ExitCodes.INPUT_IS_WRONG;
      }
      case RunFailure world -> {
        err.println("autopar: " + world.getMessage());
        world.hint().ifPresent(hint -> err.println("  hint: " + hint));
        err.flush();
        return ExitCodes.WORLD_FAILED;
      }
      default -> {
        BugReport.print(failure, debug, err);
        return ExitCodes.OUR_BUG;
      }
    }
  }

  /** Says what is wrong and where help is; the whole usage only where no verb was named. */
  private static int wrongCommandLine(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": error: " + failure.getMessage());
    if (failure instanceof CommandLine.MissingParameterException) {
      // A misspelt option often is why one is missing.
      command.getUnmatchedArguments().forEach(a -> err.println(name + ": error: unknown: " + a));
    }
    if (command.getParent() == null) {
      if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
        command.usage(err);
      }
    } else {
      CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
      err.println("  hint: " + name + " --help");
    }
    err.flush();
    return ExitCodes.INPUT_IS_WRONG;
  }
}
