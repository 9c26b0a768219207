package autopar.cli;

import autopar.explain.Refusal;
import autopar.planner.PlanOutcome;
import autopar.planner.WayOut;
import autopar.units.Bytes;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Why nothing fits, in short for {@code compile} and in full for {@code explain}. */
final class RefusalText {
  private RefusalText() {}

  /** Reasons, missing bytes and ways out, as {@code compile} prints them. */
  static void print(PrintWriter err, PlanOutcome.NoPlan none) {
    int width = Terminal.err().columns();
    err.println("autopar: no plan fits");
    reasons(err, none, width);
    none.waysOut().forEach(way -> err.print(Paragraph.of("  hint: ", way.sentence(), width)));
    err.flush();
  }

  private static void reasons(PrintWriter out, PlanOutcome.NoPlan none, int width) {
    none.reasons().forEach(reason -> out.print(Paragraph.of("  ", reason, width)));
    if (none.missingBytes() > 0) {
      String missing = new Bytes(none.missingBytes()) + " (" + none.missingBytes() + " bytes)";
      out.println("  missing: " + missing + " on the fullest device");
    }
  }

  /** Everything. */
  static void print(PrintWriter out, Refusal refusal) {
    int width = Terminal.out().columns();
    out.println("no plan fits");
    reasons(out, refusal.none(), width);
    out.println();
    out.println("What is in conflict with the memory there is");
    if (refusal.conflict().isEmpty()) {
      String words = "the model itself: nothing fits even where every decision is free";
      out.print(Paragraph.of("  ", words, width));
    } else {
      out.print(Paragraph.of("  ", String.join("  and  ", refusal.conflict()), width));
      String words =
          refusal.conflict().size() == 1
              ? "without it a plan fits"
              : "together: without any one of them these leave a plan";
      out.print(Paragraph.of("  ", words, width));
    }
    out.println();
    if (refusal.waysOut().isEmpty()) {
      out.println("No single change that was tried makes it fit");
    } else {
      out.println("Ways out, each planned, with device-seconds per sample");
    }
    for (WayOut way : refusal.waysOut()) {
      String label = String.format(Locale.ROOT, "  %9.4g  ", way.deviceSecondsPerSample());
      String changed = way.sameTraining() ? "" : "; changes what is trained";
      out.print(Paragraph.of(label, way.sentence() + changed, width));
    }
    out.flush();
  }

  static void write(JsonGenerator json, Refusal refusal) throws IOException {
    json.writeBooleanField("fits", false);
    json.writeNumberField("missing_bytes", refusal.none().missingBytes());
    strings(json, "reasons", refusal.none().reasons());
    strings(json, "conflict", refusal.conflict());
    json.writeArrayFieldStart("ways_out");
    for (WayOut way : refusal.waysOut()) {
      json.writeStartObject();
      json.writeStringField("change", way.words());
      json.writeStringField("options", way.options());
      json.writeBooleanField("same_training", way.sameTraining());
      json.writeNumberField("devices", way.devices());
      json.writeNumberField("step_s", way.stepSeconds());
      json.writeNumberField("samples_per_s", way.samplesPerSecond());
      json.writeNumberField("device_seconds_per_sample", way.deviceSecondsPerSample());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void strings(JsonGenerator json, String key, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(key);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
