package autopar.cli;

import autopar.cluster.Cluster;
import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.plan.OffloadPlan;
import autopar.plan.OffloadTarget;
import autopar.plan.PlanHashes;
import autopar.planner.ForceParser;
import autopar.planner.PlanOptions;
import autopar.planner.PlanRequest;
import autopar.planner.ProgressListener;
import autopar.schedule.ScheduleKind;
import autopar.training.Optimizer;
import autopar.training.RecomputeMode;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What a plan was asked to be, as it lies in the plan folder beside the model and the cluster, so
 * that the planner can be asked again.
 *
 * @param offload where optimizer states live: none or cpu
 * @param force the text of {@code --force}, empty where nothing was forced
 * @param timeLimit seconds, null where there is none
 */
record StoredRequest(
    int devices,
    long globalBatch,
    String precision,
    String optimizer,
    List<String> schedules,
    List<String> recompute,
    List<Integer> zero,
    String offload,
    String force,
    Double timeLimit,
    long seed) {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  static StoredRequest of(PlanRequest request, String force) {
    PlanOptions options = request.options();
    return new StoredRequest(
        request.devices(),
        request.globalBatch(),
        request.precision().text(),
        request.optimizer().text(),
        options.schedules().stream().map(ScheduleKind::text).toList(),
        options.recompute().stream().map(RecomputeMode::text).toList(),
        options.zero(),
        options.offload().optimizer().text(),
        force,
        options.timeLimitSeconds().isPresent()
            ? (Double) options.timeLimitSeconds().getAsDouble()
            : null,
        options.seed());
  }

  /** The text form, for the plan folder. */
  String write() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers can be written", e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws InvalidInput if it is something else
   */
  static StoredRequest read(SourceFile text) {
    try {
      return JSON.readValue(text.text(), StoredRequest.class);
    } catch (JsonProcessingException e) {
      throw new InvalidInput(
          Diagnostic.error(
              "AP0906",
              new SourceSpan(text, 0, 0),
              "this is no request of a plan: " + e.getOriginalMessage()));
    }
  }

  /** The request, about {@code graph} on the first devices of {@code whole}. */
  PlanRequest of(Graph graph, Cluster whole, PlanHashes hashes, int threads) {
    return new PlanRequest(
        graph,
        whole.truncatedTo(devices),
        globalBatch,
        word("precision", precision, Precision.values(), Precision::text),
        word("optimizer", optimizer, Optimizer.values(), Optimizer::text),
        new PlanOptions(
            schedules.stream()
                .map(s -> word("schedules", s, ScheduleKind.values(), ScheduleKind::text))
                .toList(),
            recompute.stream()
                .map(r -> word("recompute", r, RecomputeMode.values(), RecomputeMode::text))
                .toList(),
            zero,
            new OffloadPlan(
                word("offload", offload, OffloadTarget.values(), OffloadTarget::text),
                OffloadTarget.NONE,
                OffloadTarget.NONE),
            ForceParser.parse(force),
            timeLimit == null ? OptionalDouble.empty() : OptionalDouble.of(timeLimit),
            seed,
            threads),
        hashes,
        ProgressListener.SILENT);
  }

  private static <E> E word(String key, String word, E[] known, Function<E, String> name) {
    return PlanningOptions.constant(PlanFolder.REQUEST + ": " + key, word, known, name);
  }
}
