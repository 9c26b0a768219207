package autopar.cli;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import autopar.plan.Plan;
import autopar.plan.PlanJson;
import autopar.plan.PlanVerifier;
import autopar.plan.PlanViolation;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A plan read from disk and everything that is wrong with it. */
record PlanCheck(Optional<Plan> plan, List<Diagnostic> diagnostics) {

  /**
   * Verifies the plan in the folder or file {@code argument}; in a folder also that the model and
   * the cluster beside it are those of the plan's hashes.
   */
  static PlanCheck of(String argument) {
    Path path = Path.of(argument);
    Path file = Files.isDirectory(path) ? path.resolve(PlanFolder.PLAN) : path;
    if (!Files.exists(file)) {
      throw new RunFailure("there is no plan '" + argument + "'");
    }
    SourceFile source = SourceFiles.read(file, file.toString());
    Plan plan;
    try {
      plan = PlanJson.read(source);
    } catch (InvalidInput wrong) {
      return new PlanCheck(Optional.empty(), wrong.diagnostics());
    }
    SourceSpan span = new SourceSpan(source, 0, 0);
    List<Diagnostic> found = new ArrayList<>();
    for (PlanViolation violation : PlanVerifier.verify(plan)) {
      found.add(Diagnostic.error(violation.constraint(), span, violation.message()));
    }
    hash(file, PlanFolder.MODEL, plan.hashes().model(), span, found);
    hash(file, PlanFolder.CLUSTER, plan.hashes().cluster(), span, found);
    return new PlanCheck(Optional.of(plan), List.copyOf(found));
  }

  private static void hash(
      Path plan, String name, String expected, SourceSpan span, List<Diagnostic> found) {
    Path beside = plan.resolveSibling(name);
    if (!Files.isRegularFile(beside)) {
      return;
    }
    String text = SourceFiles.read(beside, beside.toString()).text();
    if (!Hashes.sha256(text).equals(expected)) {
      found.add(
          Diagnostic.error("P16", span, beside + " is not the file that the plan was made for"));
    }
  }

  void write(JsonGenerator json) throws IOException {
    if (plan.isEmpty()) {
      json.writeNullField("plan");
    } else {
      Plan p = plan.get();
      json.writeObjectFieldStart("plan");
      json.writeStringField("model", p.model().name());
      json.writeStringField("cluster", p.cluster().name());
      json.writeNumberField("devices", p.devices());
      json.writeNumberField("stages", p.stages().size());
      json.writeNumberField("step_s", p.predicted().stepSeconds());
      json.writeNumberField("peak_memory_bytes", p.predicted().peakMemoryBytes());
      json.writeEndObject();
    }
    DiagnosticJson.write(json, diagnostics);
  }

  void print(PrintWriter out) {
    if (plan.isPresent() && diagnostics.isEmpty()) {
      out.println("the plan is sound");
      out.println();
      out.print(PlanSummary.of(plan.get(), Terminal.out()));
      out.flush();
    }
  }
}
