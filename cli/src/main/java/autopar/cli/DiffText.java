package autopar.cli;

import autopar.explain.Change;
import autopar.explain.Part;
import autopar.explain.PlanDiff;
import autopar.explain.StageChange;
import autopar.plan.Plan;
import autopar.plan.PlanPrediction;
import autopar.units.Bytes;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** The difference of two plans, for people and for programs. */
final class DiffText {
  private static final String BYTES = "_bytes";

  private DiffText() {}

  static String of(PlanDiff diff, Plan before, Plan after, Terminal terminal) {
    if (diff.isEmpty()) {
      return "no difference\n";
    }
    int width = terminal.columns();
    StringBuilder text = new StringBuilder();
    section(text, "Asked", diff.asked(), width);
    section(text, "Decided", diff.decided(), width);
    for (StageChange stage : diff.stages()) {
      section(text, title(stage), stage.changes(), width);
    }
    text.append(ComparedText.table("before", "after", diff.before(), diff.after()));
    PlanPrediction a = before.predicted();
    PlanPrediction b = after.predicted();
    text.append(
        ComparedText.row(
            "step",
            Figures.seconds(a.stepSeconds()),
            Figures.seconds(b.stepSeconds()),
            b.stepSeconds() - a.stepSeconds()));
    figure(
        text,
        "samples/s",
        Figures.rate(a.samplesPerSecond()),
        Figures.rate(b.samplesPerSecond()),
        Figures.percentChange(b.samplesPerSecond() / a.samplesPerSecond() - 1));
    figure(text, "MFU", Figures.percent(a.mfu()), Figures.percent(b.mfu()), "");
    figure(
        text,
        "peak memory",
        new Bytes(a.peakMemoryBytes()).toString(),
        new Bytes(b.peakMemoryBytes()).toString(),
        signed(b.peakMemoryBytes() - a.peakMemoryBytes()));
    return text.toString();
  }

  private static String title(StageChange stage) {
    if (stage.after().isEmpty()) {
      return "Stage " + stage.before().orElseThrow() + " is gone";
    }
    if (stage.before().isEmpty()) {
      return "Stage " + stage.after().getAsInt() + " is new";
    }
    int a = stage.before().getAsInt();
    int b = stage.after().getAsInt();
    return a == b ? "Stage " + a : "Stage " + a + ", now " + b;
  }

  private static void section(StringBuilder text, String title, List<Change> changes, int width) {
    if (changes.isEmpty()) {
      return;
    }
    text.append(title).append('\n');
    for (Change change : changes) {
      text.append(
          Paragraph.of(
              String.format("  %-24s ", change.what().replace('_', ' ')), words(change), width));
    }
    text.append('\n');
  }

  private static String words(Change change) {
    if (change.what().endsWith(BYTES)) {
      long a = Long.parseLong(change.before());
      long b = Long.parseLong(change.after());
      return new Bytes(a) + " -> " + new Bytes(b) + " (" + signed(b - a) + ")";
    }
    if (change.before().isEmpty() || change.after().isEmpty()) {
      return change.before() + change.after();
    }
    return change.before() + " -> " + change.after();
  }

  private static String signed(long bytes) {
    return (bytes > 0 ? "+" : "") + new Bytes(bytes);
  }

  private static void figure(
      StringBuilder text, String name, String before, String after, String difference) {
    text.append(
            String.format(Locale.ROOT, "  %-28s %12s %12s %12s", name, before, after, difference)
                .stripTrailing())
        .append('\n');
  }

  static void write(JsonGenerator json, PlanDiff diff, Plan before, Plan after) throws IOException {
    json.writeBooleanField("equal", diff.isEmpty());
    changes(json, "asked", diff.asked());
    changes(json, "decided", diff.decided());
    json.writeArrayFieldStart("stages");
    for (StageChange stage : diff.stages()) {
      json.writeStartObject();
      index(json, "before", stage.before());
      index(json, "after", stage.after());
      changes(json, "changes", stage.changes());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("parts");
    for (Part part : Part.values()) {
      json.writeStartObject();
      json.writeStringField("part", part.key());
      json.writeNumberField("before_s", diff.before().of(part));
      json.writeNumberField("after_s", diff.after().of(part));
      json.writeNumberField("difference_s", diff.after().of(part) - diff.before().of(part));
      json.writeEndObject();
    }
    json.writeEndArray();
    figure(json, "step_s", before.predicted().stepSeconds(), after.predicted().stepSeconds());
    long a = before.predicted().peakMemoryBytes();
    long b = after.predicted().peakMemoryBytes();
    json.writeObjectFieldStart("peak_memory_bytes");
    json.writeNumberField("before", a);
    json.writeNumberField("after", b);
    json.writeNumberField("difference", b - a);
    json.writeEndObject();
  }

  private static void figure(JsonGenerator json, String key, double before, double after)
      throws IOException {
    json.writeObjectFieldStart(key);
    json.writeNumberField("before", before);
    json.writeNumberField("after", after);
    json.writeNumberField("difference", after - before);
    json.writeEndObject();
  }

  private static void index(JsonGenerator json, String key, OptionalInt stage) throws IOException {
    if (stage.isPresent()) {
      json.writeNumberField(key, stage.getAsInt());
    } else {
      json.writeNullField(key);
    }
  }

  private static void changes(JsonGenerator json, String key, List<Change> changes)
      throws IOException {
    json.writeArrayFieldStart(key);
    for (Change change : changes) {
      json.writeStartObject();
      json.writeStringField("what", change.what());
      json.writeStringField("before", change.before());
      json.writeStringField("after", change.after());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
