package autopar.cli;

import autopar.diagnostics.InvalidInput;
import autopar.explain.PlanDiff;
import autopar.plan.Plan;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code autopar diff}: what is otherwise in another plan. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says what changed between two plans: what was asked, what was decided (stage by stage,",
      "aligned by their layers), and the seconds and bytes of each part.",
      "The exit code is 0 whether they differ or not."
    },
    footer = {"", "Example:", "  autopar diff opt-66b.plan other.plan --format json"})
final class DiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "A plan folder or its plan.json.")
  private String before;

  @Parameters(index = "1", paramLabel = "AFTER", description = "Another one.")
  private String after;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    Plan first = read(before);
    Plan second = read(after);
    PlanDiff diff = PlanDiff.of(first, second);
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      Json.print(out, json -> DiffText.write(json, diff, first, second));
    } else {
      out.print(DiffText.of(diff, first, second, Terminal.out()));
      out.flush();
    }
    return ExitCodes.DONE;
  }

  private static Plan read(String argument) {
    PlanCheck check = PlanCheck.of(argument);
    if (!check.diagnostics().isEmpty()) {
      throw new InvalidInput(check.diagnostics());
    }
    return check.plan().orElseThrow();
  }
}
