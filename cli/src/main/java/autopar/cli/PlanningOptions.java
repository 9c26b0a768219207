package autopar.cli;

import autopar.cluster.Cluster;
import autopar.cluster.Device;
import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceSpan;
import autopar.ir.type.Precision;
import autopar.plan.PlanHashes;
import autopar.planner.ForceParser;
import autopar.planner.PlanOptions;
import autopar.planner.PlanRequest;
import autopar.planner.ProgressListener;
import autopar.schedule.ScheduleKind;
import autopar.training.Optimizer;
import autopar.training.RecomputeMode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** What a step does and what the search may choose from. */
final class PlanningOptions {
  @Option(
      names = "--global-batch",
      paramLabel = "G",
      description = "Samples per step. Default: the model's batch dim")
  private Long globalBatch;

  @Option(
      names = "--precision",
      paramLabel = "bf16|fp16|fp32|fp8",
      description = "Compute precision. Default: the best 16-bit type of the device")
  private String precision;

  @Option(
      names = "--optimizer",
      paramLabel = "adamw|sgd|adafactor",
      defaultValue = "adamw",
      description = "The update rule. Default: adamw")
  private String optimizer;

  @Option(
      names = "--schedule",
      split = ",",
      paramLabel = "KIND",
      description = "Only these pipeline schedules: gpipe, 1f1b, interleaved.")
  private List<String> schedules;

  @Option(
      names = "--recompute",
      split = ",",
      paramLabel = "MODE",
      description = "Only these recompute modes: none, selective, full.")
  private List<String> recompute;

  @Option(
      names = "--zero",
      split = ",",
      paramLabel = "STAGE",
      description = "Only these ZeRO stages: 0, 1, 2, 3.")
  private List<String> zero;

  @Option(
      names = "--offload",
      split = ",",
      paramLabel = "STATE",
      description = "State that lives in host memory: none or optimizer. Default: none")
  private List<String> offload;

  @Option(
      names = "--force",
      paramLabel = "key=value,...",
      description =
          "Fixes decisions: tensor, data, stages, micro_batch (per replica), schedule,"
              + " virtual_stages, recompute, zero, zero_group, sequence_parallel,"
              + " overlap_gradients, fp32_gradients, attention (flash, unfused), software, layers"
              + " (22/21/21), widths (8/8/8), mesh (data x tensor: 2x4/1x8).")
  private List<String> force;

  @Option(
      names = "--time-limit",
      paramLabel = "S",
      description = "Stops the search after S seconds; plans then depend on the machine.")
  private Double timeLimit;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "0",
      description = "Seed of every random choice. Default: 0")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Threads of the search. Default: all processors")
  private Integer threads;

  /** The model with the batch that was asked for. */
  ResolvedModel withBatch(ResolvedModel model) {
    if (globalBatch == null) {
      return model;
    }
    if (globalBatch < 1 || globalBatch > 1L << 40) {
      throw wrong("--global-batch must be 1 to 2^40, not " + globalBatch);
    }
    return model.withBatch(globalBatch);
  }

  /** Threads of the search. */
  int threads() {
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (workers < 1 || workers > 1024) {
      throw wrong("--threads must be 1 to 1024, not " + workers);
    }
    return workers;
  }

  /** The text of {@code --force}, empty where it was not given. */
  String force() {
    return force == null ? "" : String.join(",", force);
  }

  PlanRequest request(
      ResolvedModel model, Cluster cluster, PlanHashes hashes, ProgressListener progress) {
    return new PlanRequest(
        model.graph(),
        cluster,
        model.graph().defaultBatch(),
        precision(cluster),
        constant("--optimizer", optimizer, Optimizer.values(), Optimizer::text),
        options(),
        hashes,
        progress);
  }

  private Precision precision(Cluster cluster) {
    Precision wanted =
        precision == null
            ? cluster.bestPrecision()
            : constant("--precision", precision, Precision.values(), Precision::text);
    Optional<Device> lacking = cluster.lacking(wanted);
    if (lacking.isPresent()) {
      throw wrong(lacking.get().model() + " has no arithmetic in " + wanted.text());
    }
    return wanted;
  }

  private PlanOptions options() {
    if (timeLimit != null && !(timeLimit > 0)) {
      throw wrong("--time-limit must be more than 0 seconds, not " + timeLimit);
    }
    int workers = threads();
    return new PlanOptions(
        choices("--schedule", schedules, ScheduleKind.values(), ScheduleKind::text),
        choices("--recompute", recompute, RecomputeMode.values(), RecomputeMode::text),
        choices("--zero", zero, new Integer[] {0, 1, 2, 3}, String::valueOf),
        OffloadOption.parse(offload),
        ForceParser.parse(force()),
        timeLimit == null ? OptionalDouble.empty() : OptionalDouble.of(timeLimit),
        seed,
        workers);
  }

  private static <T> List<T> choices(
      String option, List<String> words, T[] known, Function<T, String> name) {
    return words == null
        ? List.of(known)
        : words.stream().map(word -> constant(option, word, known, name)).distinct().toList();
  }

  static <T> T constant(String option, String word, T[] known, Function<T, String> name) {
    for (T value : known) {
      if (name.apply(value).equals(word)) {
        return value;
      }
    }
    List<String> names = Arrays.stream(known).map(name).toList();
    throw wrong(option + " must be one of " + String.join(", ", names) + ", not '" + word + "'");
  }

  static InvalidInput wrong(String message) {
    return new InvalidInput(Diagnostic.error("AP0801", SourceSpan.NONE, message));
  }
}
