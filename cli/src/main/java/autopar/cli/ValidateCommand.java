package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.ir.graph.Graph;
import autopar.text.Purpose;
import autopar.validation.CrossValidation;
import autopar.validation.PricedRun;
import autopar.validation.PublishedRun;
import autopar.validation.PublishedRuns;
import autopar.validation.Scatter;
import autopar.validation.Score;
import autopar.validation.Sweep;
import autopar.validation.Validation;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code autopar validate}: the planner's prices against published runs. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Prices the exact layouts of published runs and compares with what they measured.",
    footer = {
      "",
      "Examples:",
      "  autopar validate",
      "  autopar validate --rows published-runs.json --format json",
      "  autopar validate --picture scatter.svg",
      "  autopar validate --cross-validate"
    })
final class ValidateCommand implements Callable<Integer> {
  /** How validation prints its result. */
  enum Report {
    TEXT,
    JSON,
    HTML;

    /** The word on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String REFERENCE_PROPERTY = "autopar.reference";
  private static final String REFERENCE_FILE = "published-runs.json";

  @Spec private CommandSpec spec;

  @Option(
      names = "--rows",
      paramLabel = "FILE",
      description = "Table of runs. Default: the strict rows that ship with autopar.")
  private Path rows;

  @Option(
      names = "--format",
      paramLabel = "text|json|html",
      defaultValue = "text",
      description = "What stdout holds: text, one JSON object, or a page with the scatter.")
  private Report format;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "Also writes predicted against measured as an SVG picture.")
  private Path picture;

  @Option(
      names = "--cross-validate",
      description =
          "Instead: for every source, fits one profile common to all software to the other sources"
              + " and prints its error on this one. Takes minutes.")
  private boolean crossValidate;

  @Override
  public Integer call() {
    if (crossValidate) {
      return crossValidate();
    }
    Validation validation =
        Validation.of(
            table(),
            ValidateCommand::graph,
            Home.path(),
            Math.min(4, Runtime.getRuntime().availableProcessors()));
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case TEXT -> {
        print(out, validation);
        MemoryReport.print(out, validation.memory());
      }
      case JSON ->
          Json.print(
              out,
              json -> {
                write(json, validation);
                MemoryReport.write(json, validation.memory());
              });
      case HTML -> ValidationPage.print(out, validation);
    }
    out.flush();
    if (picture != null) {
      writePicture(validation);
    }
    return ExitCodes.DONE;
  }

  private int crossValidate() {
    CrossValidation held =
        CrossValidation.of(
            table(),
            ValidateCommand::graph,
            Home.path(),
            Math.min(4, Runtime.getRuntime().availableProcessors()));
    PrintWriter out = spec.commandLine().getOut();
    if (format == Report.JSON) {
      Json.print(out, json -> HeldOutReport.write(json, held));
    } else {
      HeldOutReport.print(out, held);
    }
    out.flush();
    return ExitCodes.DONE;
  }

  private List<PublishedRun> table() {
    Path file = rows;
    String reference = System.getProperty(REFERENCE_PROPERTY);
    if (file == null && reference != null) {
      Path given = Path.of(reference);
      file = Files.isDirectory(given) ? given.resolve(REFERENCE_FILE) : given;
    }
    return file == null
        ? PublishedRuns.shipped()
        : PublishedRuns.read(SourceFiles.read(file, file.toString()));
  }

  private static Graph graph(String model, Map<String, Long> dims) {
    return ResolvedModel.read(model, dims, Purpose.TRAINING).graph();
  }

  private void writePicture(Validation validation) {
    try {
      Files.writeString(picture, Scatter.svg(validation));
    } catch (IOException e) {
      throw new RunFailure("cannot write " + picture, e);
    }
  }

  private static void print(PrintWriter out, Validation validation) {
    String last = "";
    for (PricedRun run : validation.runs()) {
      if (!run.run().source().equals(last)) {
        last = run.run().source();
        out.printf("%n%s%n", last);
        out.printf(
            "  %-48s %11s %11s %8s %8s%n", "row", "predicted", "measured", "error", "memory");
      }
      out.printf(
          Locale.ROOT,
          "  %-48s %9.3f s %9.3f s %+7.1f%% %8s%n",
          run.run().id(),
          run.predictedSeconds(),
          run.run().measuredSeconds(),
          100 * run.error(),
          run.memoryError().isPresent()
              ? String.format(Locale.ROOT, "%+.0f%%", 100 * run.memoryError().getAsDouble())
              : "");
    }
    out.printf("%nabsolute error of the step time%n");
    out.printf("  %-60s %5s %7s %7s %7s %7s%n", "source", "rows", "median", "mean", "p90", "max");
    validation.sources().forEach((source, score) -> print(out, source, score));
    print(out, "all", validation.overall());
    out.printf("%norder inside sweeps (same model, devices and state of the cluster)%n");
    for (Sweep sweep : validation.sweeps()) {
      out.printf(
          Locale.ROOT,
          "  %-66s %3d rows, rank correlation %.2f, best layout %+.1f%%%n",
          sweep.shape(),
          sweep.rows(),
          sweep.rankCorrelation(),
          100 * sweep.bestExcess());
    }
    validation.skipped().forEach((row, reason) -> out.printf("skipped %s: %s%n", row.id(), reason));
  }

  private static void print(PrintWriter out, String source, Score score) {
    out.printf(
        Locale.ROOT,
        "  %-60s %5d %6.1f%% %6.1f%% %6.1f%% %6.1f%%%n",
        source.length() > 60 ? source.substring(0, 60) : source,
        score.rows(),
        100 * score.median(),
        100 * score.mean(),
        100 * score.p90(),
        100 * score.max());
  }

  private static void write(JsonGenerator json, Validation validation) throws IOException {
    json.writeObjectFieldStart("overall");
    write(json, validation.overall());
    json.writeEndObject();
    json.writeArrayFieldStart("sources");
    for (Map.Entry<String, Score> source : validation.sources().entrySet()) {
      json.writeStartObject();
      json.writeStringField("source", source.getKey());
      write(json, source.getValue());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("rows");
    for (PricedRun run : validation.runs()) {
      json.writeStartObject();
      json.writeStringField("id", run.run().id());
      json.writeNumberField("measured_s", run.run().measuredSeconds());
      json.writeNumberField("predicted_s", run.predictedSeconds());
      json.writeNumberField("error", run.error());
      if (run.memoryError().isPresent()) {
        json.writeNumberField("memory_error", run.memoryError().getAsDouble());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("sweeps");
    for (Sweep sweep : validation.sweeps()) {
      json.writeStartObject();
      json.writeStringField("source", sweep.source());
      json.writeStringField("shape", sweep.shape());
      json.writeNumberField("rows", sweep.rows());
      json.writeNumberField("rank_correlation", sweep.rankCorrelation());
      json.writeNumberField("best_excess", sweep.bestExcess());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("skipped");
    for (Map.Entry<PublishedRun, String> row : validation.skipped().entrySet()) {
      json.writeStartObject();
      json.writeStringField("id", row.getKey().id());
      json.writeStringField("reason", row.getValue());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, Score score) throws IOException {
    json.writeNumberField("rows", score.rows());
    json.writeNumberField("skipped", score.skipped());
    json.writeNumberField("median_abs_error", score.median());
    json.writeNumberField("mean_abs_error", score.mean());
    json.writeNumberField("p90_abs_error", score.p90());
    json.writeNumberField("max_abs_error", score.max());
  }
}
