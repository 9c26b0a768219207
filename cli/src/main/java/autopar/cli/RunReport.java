package autopar.cli;

import autopar.program.ProgramBundle;
import autopar.runtime.rank.RunDifferences;
import autopar.runtime.reference.ReluInputs;
import autopar.units.Bytes;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a run says: a line per step for people, or one JSON object at the end. */
final class RunReport {

  private static final double NANO = 1e9;

  private final PrintWriter out;
  private final boolean json;
  private final String backend;
  private final ProgramBundle bundle;
  private final long tokensPerStep;
  private final List<Double> losses = new ArrayList<>();
  private final List<Double> stepSeconds = new ArrayList<>();
  private final int firstStep;
  private final long started = System.nanoTime();
  private long stepNanos;

  /**
   * A report that begins now.
   *
   * @param sequence tokens of a sample
   */
  RunReport(
      PrintWriter out,
      boolean json,
      String backend,
      ProgramBundle bundle,
      long sequence,
      int firstStep) {
    this.out = out;
    this.json = json;
    this.backend = backend;
    this.bundle = bundle;
    this.tokensPerStep = bundle.globalBatch() * sequence;
    this.firstStep = firstStep;
  }

  void begin() {
    if (!json) {
      out.printf(
          Locale.ROOT,
          "%s on %s (%s, %s): %s, %s of %d, %s%n",
          bundle.model(),
          count(bundle.ranks(), "rank"),
          backend,
          bundle.precision().text(),
          count(bundle.stages().size(), "stage"),
          microBatches(bundle.order().microBatches()),
          bundle.microBatch(),
          bundle.optimizer().text());
      out.printf("  %6s  %-12s  %s%n", "step", "loss", "tokens/s");
      out.flush();
    }
  }

  /** Step {@code step}, from 0, took {@code nanos}. */
  void step(int step, double loss, long nanos) {
    // The first step also loads and compiles code: it does not count where there are others.
    stepNanos = losses.size() <= 1 ? nanos : stepNanos + nanos;
    losses.add(loss);
    stepSeconds.add(nanos / NANO);
    if (!json) {
      out.printf(
          Locale.ROOT, "  %6d  %-12.6f  %,.0f%n", step + 1, loss, tokensPerStep * NANO / nanos);
      out.flush();
    }
  }

  /** Words between the steps. */
  void note(String words) {
    if (!json) {
      out.println("  " + words);
      out.flush();
    }
  }

  void end(Map<String, Long> traffic, Optional<RunDifferences> differences) {
    double wall = (System.nanoTime() - started) / NANO;
    double tokensPerSecond = tokensPerSecond();
    Map<String, Long> perStep = new TreeMap<>();
    traffic.forEach((kind, bytes) -> perStep.put(kind, bytes / Math.max(1, losses.size())));
    if (json) {
      Json.print(out, j -> write(j, wall, tokensPerSecond, perStep, differences));
      return;
    }
    out.println();
    out.printf(
        Locale.ROOT,
        "  %.2f s in all, %,.0f tokens/s %s%n",
        wall,
        tokensPerSecond,
        losses.size() > 1 ? "after the first step" : "in one step");
    if (!perStep.isEmpty()) {
      List<String> parts = new ArrayList<>();
      perStep.forEach((kind, bytes) -> parts.add(kind + " " + new Bytes(bytes)));
      out.println("  per step, all ranks: " + String.join(", ", parts));
    }
    differences.ifPresent(this::print);
    out.flush();
  }

  private void print(RunDifferences d) {
    out.printf(
        Locale.ROOT,
        "  largest relative difference to the reference:%n"
            + "    loss %.2g%n    gradients %.2g  %s%n    parameters %.2g  %s%n",
        d.loss(),
        d.gradients().difference(),
        d.gradients().tensor(),
        d.parameters().difference(),
        d.parameters().tensor());
    if (d.reluInputsNearZero() > 0) {
      out.printf(
          Locale.ROOT,
          "    ReLU inputs within %.0e of zero: %,d of %,d; each may be open in one run alone%n",
          ReluInputs.NEAR,
          d.reluInputsNearZero(),
          d.reluInputs());
    }
  }

  /** The losses so far, as a picture. */
  String curve() {
    return LossCurve.svg(
        "loss of " + bundle.model() + " on " + count(bundle.ranks(), "rank"),
        firstStep + 1,
        losses);
  }

  private static String count(long n, String thing) {
    return n == 1 ? "1 " + thing : String.format(Locale.ROOT, "%,d %ss", n, thing);
  }

  private static String microBatches(int n) {
    return n == 1 ? "1 micro-batch" : n + " micro-batches";
  }

  private double tokensPerSecond() {
    int counted = Math.max(1, losses.size() - 1);
    return stepNanos == 0 ? 0 : tokensPerStep * counted * NANO / stepNanos;
  }

  private void write(
      JsonGenerator j,
      double wall,
      double tokensPerSecond,
      Map<String, Long> perStep,
      Optional<RunDifferences> differences)
      throws IOException {
    j.writeStringField("backend", backend);
    j.writeNumberField("ranks", bundle.ranks());
    j.writeNumberField("first_step", firstStep + 1);
    j.writeNumberField("steps", losses.size());
    j.writeArrayFieldStart("losses");
    for (double loss : losses) {
      j.writeNumber(loss);
    }
    j.writeEndArray();
    j.writeArrayFieldStart("step_s");
    for (double seconds : stepSeconds) {
      j.writeNumber(seconds);
    }
    j.writeEndArray();
    if (differences.isPresent()) {
      j.writeObjectFieldStart("max_relative_difference");
      j.writeNumberField("loss", differences.get().loss());
      j.writeNumberField("gradients", differences.get().gradients().difference());
      j.writeNumberField("parameters", differences.get().parameters().difference());
      j.writeEndObject();
      j.writeObjectFieldStart("relu_inputs");
      j.writeNumberField("read", differences.get().reluInputs());
      j.writeNumberField("near_zero", differences.get().reluInputsNearZero());
      j.writeEndObject();
    }
    j.writeObjectFieldStart("bytes_per_step");
    for (Map.Entry<String, Long> kind : perStep.entrySet()) {
      j.writeNumberField(kind.getKey(), kind.getValue());
    }
    j.writeEndObject();
    j.writeNumberField("wall_s", wall);
    j.writeNumberField("tokens_per_s", tokensPerSecond);
  }
}
