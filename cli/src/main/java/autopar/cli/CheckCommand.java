package autopar.cli;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.DiagnosticRenderer;
import autopar.diagnostics.InvalidInput;
import autopar.ir.graph.Graph;
import autopar.planner.ModelFlops;
import autopar.text.Purpose;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code autopar check}: reads a model or verifies a plan, and says all that is wrong with it. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks a model (syntax, names, shapes) or a plan.",
      "A plan is verified from its own tensors: coverage, memory and arithmetic."
    },
    footer = {
      "",
      "Examples:",
      "  autopar check models/opt-66b.ir --set layers=8",
      "  autopar check opt-66b.plan --format json"
    })
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Parameters(
      index = "0",
      paramLabel = "MODEL|PLAN",
      description = "An .ir file, the name of a shipped model, a plan folder or its plan.json.")
  private String subject;

  @Option(
      names = "--set",
      paramLabel = "dim=value",
      description = "Overrides a dim of the model; may be repeated.")
  private Map<String, Long> dims = new LinkedHashMap<>();

  @Override
  public Integer call() {
    return PlanFolder.isPlan(subject) ? plan() : model();
  }

  private int model() {
    Optional<Graph> graph = Optional.empty();
    List<Diagnostic> diagnostics = List.of();
    try {
      ResolvedModel model = ResolvedModel.read(subject, dims, Purpose.ANY);
      graph = Optional.of(model.graph());
      diagnostics = model.warnings();
    } catch (InvalidInput wrong) {
      diagnostics = wrong.diagnostics();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      Optional<Graph> read = graph;
      List<Diagnostic> found = diagnostics;
      Json.print(out, json -> writeModel(json, read, found));
    } else {
      report(diagnostics);
      graph.ifPresent(g -> printModel(out, g));
    }
    return graph.isPresent() ? ExitCodes.DONE : ExitCodes.INPUT_IS_WRONG;
  }

  private static void writeModel(
      JsonGenerator json, Optional<Graph> read, List<Diagnostic> diagnostics) throws IOException {
    if (read.isEmpty()) {
      json.writeNullField("model");
    } else {
      Graph graph = read.get();
      json.writeObjectFieldStart("model");
      json.writeStringField("name", graph.name());
      json.writeNumberField("parameters", graph.parameterCount());
      json.writeNumberField("trainable_parameters", graph.trainableParameterCount());
      json.writeNumberField("layers", graph.layers());
      json.writeNumberField("flops_forward_per_sample", ModelFlops.forwardPerSample(graph));
      json.writeEndObject();
    }
    DiagnosticJson.write(json, diagnostics);
  }

  private static void printModel(PrintWriter out, Graph graph) {
    out.printf(
        Locale.ROOT,
        "%s: %,d parameters (%,d trained), %d layers, %.4g FLOPs forward per sample%n",
        graph.name(),
        graph.parameterCount(),
        graph.trainableParameterCount(),
        graph.layers(),
        ModelFlops.forwardPerSample(graph));
    out.flush();
  }

  private int plan() {
    PlanCheck check = PlanCheck.of(subject);
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      Json.print(out, check::write);
    } else {
      report(check.diagnostics());
      check.print(out);
    }
    return check.diagnostics().isEmpty() ? ExitCodes.DONE : ExitCodes.INPUT_IS_WRONG;
  }

  private void report(List<Diagnostic> diagnostics) {
    PrintWriter err = spec.commandLine().getErr();
    err.print(DiagnosticRenderer.render(diagnostics));
    err.flush();
  }
}
