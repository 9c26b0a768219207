package autopar.cli;

import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import autopar.plan.Plan;
import autopar.report.ReportPage;
import autopar.units.Bytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code autopar view}: a plan as a page. */
@Command(
    name = "view",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a plan as one HTML page: devices, timeline, memory, time, layers and the search.",
      "The page needs no network and no server."
    },
    footer = {
      "",
      "Examples:",
      "  autopar view opt-66b.plan --open",
      "  autopar view opt-66b.plan -o /tmp/opt.html"
    })
final class ViewCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Parameters(paramLabel = "PLAN", description = "A plan: the folder or its plan.json.")
  private String plan;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The page; one that is there is replaced. Default: report.html in the plan")
  private Path page;

  @Option(names = "--open", description = "Open the page in the browser of the desktop.")
  private boolean open;

  @Override
  public Integer call() {
    Plan sound = sound(plan);
    Path file = page != null ? page : PlanFolder.of(plan).resolve(PlanFolder.REPORT);
    String html = ReportPage.of(sound);
    long bytes = write(file, html);
    if (open) {
      open(file);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      Json.print(
          out,
          json -> {
            json.writeStringField("report", file.toString());
            json.writeNumberField("bytes", bytes);
          });
    } else {
      out.println("report: " + file + " (" + new Bytes(bytes) + ")");
      out.flush();
    }
    return ExitCodes.DONE;
  }

  /**
   * The plan that {@code argument} names.
   *
   * @throws InvalidInput with everything that is wrong with it
   */
  static Plan sound(String argument) {
    PlanCheck check = PlanCheck.of(argument);
    if (!check.diagnostics().isEmpty()) {
      throw new InvalidInput(check.diagnostics());
    }
    return check.plan().orElseThrow();
  }

  /** Writes a page and says how many bytes it has. */
  static long write(Path file, String html) {
    byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new RunFailure("cannot write " + file + ": " + PlanFolder.reason(e), e);
    }
    return bytes.length;
  }

  private static void open(Path file) {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String opener = system.contains("mac") ? "open" : "xdg-open";
    try {
      new ProcessBuilder(opener, file.toAbsolutePath().toString())
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new RunFailure(
          "the page is written, but '" + opener + "' cannot be started",
          "open " + file.toAbsolutePath() + " in a browser",
          e);
    }
  }
}
