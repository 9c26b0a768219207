package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.plan.Plan;
import autopar.report.ChromeTrace;
import autopar.report.SliceKind;
import autopar.report.StageTrack;
import autopar.report.StepTracks;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
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

/** {@code autopar simulate}: one step of a plan, pass by pass. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the schedule of a plan's step with the seconds that the plan states, and says where the",
      "stages' time goes. --trace writes every pass for Perfetto (ui.perfetto.dev)."
    },
    footer = {
      "",
      "Examples:",
      "  autopar simulate opt-66b.plan",
      "  autopar simulate opt-66b.plan --trace opt-66b.trace.json"
    })
final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Parameters(paramLabel = "PLAN", description = "A plan: the folder or its plan.json.")
  private String plan;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Also write the step as a Chrome trace (JSON).")
  private Path trace;

  @Override
  public Integer call() {
    Plan sound = ViewCommand.sound(plan);
    StepTracks tracks = StepTracks.of(sound);
    if (trace != null) {
      write(sound, tracks);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      Json.print(out, json -> write(json, tracks));
    } else {
      print(out, sound, tracks);
    }
    return ExitCodes.DONE;
  }

  private void write(Plan sound, StepTracks tracks) {
    try (Writer to = Files.newBufferedWriter(trace)) {
      ChromeTrace.write(sound, tracks, to);
    } catch (IOException | UncheckedIOException e) {
      throw new RunFailure("cannot write " + trace + ": " + PlanFolder.reason(e), e);
    }
  }

  private void print(PrintWriter out, Plan sound, StepTracks tracks) {
    out.printf(
        Locale.ROOT,
        "step %s: %d micro-batches of %d, schedule %s%n%n",
        Figures.seconds(tracks.stepSeconds()),
        sound.microBatches(),
        sound.microBatch(),
        sound.schedule().kind().text());
    out.printf(
        "  %-6s %11s %11s %11s %11s %11s %11s %10s%n",
        "stage", "forward", "recompute", "backward", "sync", "update", "idle", "in flight");
    for (StageTrack track : tracks.stages()) {
      out.printf(
          "  %-6d %11s %11s %11s %11s %11s %11s %10d%n",
          track.stage(),
          Figures.seconds(track.seconds(SliceKind.FORWARD)),
          Figures.seconds(track.seconds(SliceKind.RECOMPUTE)),
          Figures.seconds(track.seconds(SliceKind.BACKWARD)),
          Figures.seconds(
              track.seconds(SliceKind.GRADIENT_SYNC) + track.seconds(SliceKind.TIED_GRADIENTS)),
          Figures.seconds(track.seconds(SliceKind.UPDATE)),
          Figures.seconds(track.seconds(SliceKind.IDLE)),
          tracks.inFlightPeak().get(track.stage()));
    }
    out.printf(
        "%n  passes include their exposed communication; the host's %s of a step are not listed%n",
        Figures.seconds(sound.predicted().fixedStepSeconds()));
    if (trace != null) {
      out.println("  trace: " + trace);
    }
    out.flush();
  }

  private static void write(JsonGenerator json, StepTracks tracks) throws IOException {
    json.writeNumberField("step_s", tracks.stepSeconds());
    json.writeArrayFieldStart("stages");
    for (StageTrack track : tracks.stages()) {
      json.writeStartObject();
      json.writeNumberField("index", track.stage());
      json.writeNumberField("in_flight_peak", tracks.inFlightPeak().get(track.stage()));
      json.writeObjectFieldStart("seconds");
      for (SliceKind kind : SliceKind.values()) {
        if (kind != SliceKind.SEND_FORWARD && kind != SliceKind.SEND_BACKWARD) {
          json.writeNumberField(kind.text().replace(' ', '_'), track.seconds(kind));
        }
      }
      json.writeEndObject();
      json.writeNumberField("messages", track.sendForward().size() + track.sendBackward().size());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
