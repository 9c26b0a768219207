package autopar.report;

import autopar.plan.Plan;
import autopar.plan.ShardingNotation;
import autopar.plan.StagePlan;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;

/**
 * One step in the Trace Event Format, which Perfetto and chrome://tracing open: a process per
 * stage, with a thread for its compute and one for each direction it sends in. Times are
 * microseconds of the step.
 */
public final class ChromeTrace {
  private static final double MICROS = 1e6;
  private static final List<String> THREADS =
      List.of("compute", "send activations", "send gradients");

  private ChromeTrace() {}

  /**
   * Writes the trace of {@code tracks}, which are those of {@code plan}.
   *
   * @throws UncheckedIOException if {@code to} cannot be written
   */
  public static void write(Plan plan, StepTracks tracks, Writer to) {
    try (JsonGenerator out = new JsonFactory().createGenerator(to)) {
      out.writeStartObject();
      out.writeStringField("displayTimeUnit", "ms");
      out.writeObjectFieldStart("otherData");
      out.writeStringField("model", plan.model().name());
      out.writeNumberField("step_s", tracks.stepSeconds());
      out.writeEndObject();
      out.writeArrayFieldStart("traceEvents");
      for (StageTrack track : tracks.stages()) {
        names(out, plan.stages().get(track.stage()));
        slices(out, track.stage(), 0, track.compute());
        slices(out, track.stage(), 1, track.sendForward());
        slices(out, track.stage(), 2, track.sendBackward());
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void names(JsonGenerator out, StagePlan stage) throws IOException {
    String mesh = ShardingNotation.of(stage.mesh());
    name(
        out,
        stage.index(),
        0,
        "process_name",
        "stage " + stage.index() + ": " + stage.layerCount() + " layers, " + mesh);
    for (int thread = 0; thread < THREADS.size(); thread++) {
      name(out, stage.index(), thread, "thread_name", THREADS.get(thread));
    }
  }

  private static void name(JsonGenerator out, int process, int thread, String what, String name)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("ph", "M");
    out.writeNumberField("pid", process);
    out.writeNumberField("tid", thread);
    out.writeStringField("name", what);
    out.writeObjectFieldStart("args");
    out.writeStringField("name", name);
    out.writeEndObject();
    out.writeEndObject();
  }

  private static void slices(JsonGenerator out, int process, int thread, List<Slice> slices)
      throws IOException {
    for (Slice slice : slices) {
      out.writeStartObject();
      out.writeStringField("ph", "X");
      out.writeNumberField("pid", process);
      out.writeNumberField("tid", thread);
      out.writeStringField("name", slice.kind().text());
      out.writeStringField("cat", slice.kind() == SliceKind.IDLE ? "bubble" : "work");
      out.writeNumberField("ts", slice.start() * MICROS);
      out.writeNumberField("dur", slice.seconds() * MICROS);
      if (slice.microBatch() >= 0) {
        out.writeObjectFieldStart("args");
        out.writeNumberField("micro_batch", slice.microBatch());
        out.writeNumberField("chunk", slice.chunk());
        out.writeEndObject();
      }
      out.writeEndObject();
    }
  }
}
