package autopar.validation;

import autopar.cluster.Cluster;
import autopar.cluster.SoftwareProfile;
import autopar.cluster.SoftwareProfiles;
import autopar.ir.graph.Graph;
import autopar.plan.PlanHashes;
import autopar.planner.AttentionKind;
import autopar.planner.Forced;
import autopar.planner.PlanOptions;
import autopar.planner.PlanRequest;
import autopar.planner.ProgressListener;
import autopar.schedule.ScheduleKind;
import autopar.training.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A published run as a question to the planner in which everything is forced. */
final class RunRequest {
  /** Megatron-LM pads the vocabulary to a multiple of this times the tensor ranks. */
  private static final int VOCABULARY_STEP = 128;

  /**
   * Memory is compared afterwards: a run that was measured is priced even where it seems not to
   * fit.
   */
  private static final int ROOM = 64;

  /** These plans are priced and forgotten: their files have no hash. */
  private static final String NO_HASH = "0".repeat(64);

  /** Experts of a token in GShard and Mixtral. */
  private static final int CHOSEN = 2;

  private static final String WIDE_RESNET = "alpa-wresnet";

  /** Every other of its layers has experts, so the planner sees half as many. */
  private static final String GSHARD = "alpa-moe";

  private RunRequest() {}

  /** The file in models/ whose dims describe the run's shape. */
  static String model(RunSpec spec) {
    if (hasOwnSizes(spec.architecture())) {
      return spec.architecture();
    }
    String architecture = spec.architecture().toLowerCase(Locale.ROOT);
    boolean gated =
        architecture.contains("llama")
            || architecture.contains("mistral")
            || architecture.contains("qwen")
            || architecture.contains("internlm")
            || architecture.contains("mixtral");
    if (spec.experts().isPresent()) {
      return gated ? "mixtral" : GSHARD;
    }
    return gated ? "llama" : "gpt";
  }

  /** Is this the name of a file in models/ of one published size, whose dims stay as they are? */
  static boolean hasOwnSizes(String architecture) {
    return architecture.startsWith(WIDE_RESNET);
  }

  /** The dims of that file to override. */
  static Map<String, Long> dims(RunSpec spec) {
    Map<String, Long> dims = new LinkedHashMap<>();
    if (hasOwnSizes(spec.architecture())) {
      return dims;
    }
    dims.put("layers", (long) spec.layers());
    dims.put("hidden", (long) spec.hidden());
    dims.put("heads", (long) spec.heads());
    String model = model(spec);
    if (model.equals("llama") || model.equals("mixtral")) {
      dims.put("kv_heads", (long) spec.kvHeads());
    }
    spec.experts()
        .ifPresent(experts -> {
          dims.put("experts", (long) experts);
          dims.put("capacity", (long) Math.ceilDiv(CHOSEN * spec.seq(), experts));
        });
    dims.put("ffn", (long) spec.ffn());
    dims.put("vocab", vocabulary(spec));
    dims.put("seq", (long) spec.seq());
    return dims;
  }

  private static long vocabulary(RunSpec spec) {
    if (!spec.software().startsWith("megatron") && !spec.software().startsWith("nemo")) {
      return spec.vocab();
    }
    long step = (long) VOCABULARY_STEP * spec.tensor();
    return (spec.vocab() + step - 1) / step * step;
  }

  static SoftwareProfile software(RunSpec spec) {
    return SoftwareProfiles.nearest(spec.software());
  }

  static PlanRequest of(RunSpec spec, Graph graph, Path home) {
    Cluster cluster = RunCluster.of(spec, home);
    Cluster roomy = cluster.withMemory(Math.multiplyExact(ROOM, cluster.usableBytes()));
    return new PlanRequest(
        graph,
        roomy,
        spec.globalBatch(),
        spec.precision(),
        Optimizer.ADAMW,
        options(spec),
        new PlanHashes(NO_HASH, NO_HASH),
        ProgressListener.SILENT);
  }

  /** One thread: rows run beside each other. */
  private static PlanOptions options(RunSpec spec) {
    PlanOptions all = PlanOptions.DEFAULT;
    return new PlanOptions(
        all.schedules(),
        all.recompute(),
        all.zero(),
        all.offload(),
        forced(spec),
        all.timeLimitSeconds(),
        all.seed(),
        1);
  }

  private static Forced forced(RunSpec spec) {
    SoftwareProfile software = software(spec);
    return new Forced(
        OptionalInt.of(spec.tensor()),
        OptionalInt.of(spec.data()),
        OptionalInt.of(spec.stages()),
        OptionalLong.of(spec.microBatch()),
        Optional.of(
            spec.virtualStages() > 1
                ? ScheduleKind.INTERLEAVED
                : ScheduleKind.ONE_FORWARD_ONE_BACKWARD),
        OptionalInt.of(spec.virtualStages()),
        Optional.of(spec.recompute()),
        OptionalInt.of(spec.zero()),
        spec.zeroGroup(),
        Optional.of(spec.sequenceParallel()),
        Optional.of(spec.overlapGradients()),
        Optional.of(spec.fp32Gradients()),
        Optional.of(software.flashAttention() ? spec.attention() : AttentionKind.UNFUSED),
        Optional.of(software.name()),
        spec.virtualStages() > 1 || hasOwnSizes(spec.architecture()) ? List.of() : layers(spec),
        List.of(),
        List.of());
  }

  /** A balanced contiguous split; where it does not divide, the first stages hold one more. */
  private static List<Integer> layers(RunSpec spec) {
    int all = model(spec).equals(GSHARD) ? spec.layers() / 2 : spec.layers();
    List<Integer> layers = new ArrayList<>();
    for (int stage = 0; stage < spec.stages(); stage++) {
      layers.add(all / spec.stages() + (stage < all % spec.stages() ? 1 : 0));
    }
    return layers;
  }
}
