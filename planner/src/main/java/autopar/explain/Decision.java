package autopar.explain;

import autopar.plan.OffloadTarget;
import autopar.plan.Plan;
import autopar.plan.RecomputeCounts;
import autopar.plan.StagePlan;
import java.util.List;
import java.util.function.Function;

/** A decision of a plan. */
public enum Decision {
  STAGES("stages"),
  DEVICES("devices"),
  LAYERS("layers"),
  MESH("mesh"),
  RECOMPUTE("recompute"),
  ZERO("zero"),
  MICRO_BATCH("micro_batch"),
  SCHEDULE("schedule"),
  OFFLOAD("offload");

  private final String key;

  Decision(String key) {
    this.key = key;
  }

  /** The name in JSON and in text. */
  public String key() {
    return key;
  }

  /** Keys of {@code --force} that decide it. */
  List<String> forceKeys() {
    return switch (this) {
      case STAGES -> List.of("stages", "layers", "widths", "mesh");
      case DEVICES -> List.of("widths", "mesh");
      case LAYERS -> List.of("layers");
      case MESH -> List.of("tensor", "data", "mesh");
      case RECOMPUTE -> List.of("recompute");
      case ZERO -> List.of("zero");
      case MICRO_BATCH -> List.of("micro_batch");
      case SCHEDULE -> List.of("schedule", "virtual_stages");
      case OFFLOAD -> List.of();
    };
  }

  /** What {@code plan} decided, in the words of {@code --force} where there are such. */
  public String of(Plan plan) {
    return switch (this) {
      case STAGES -> Integer.toString(plan.stages().size());
      case DEVICES -> perStage(plan, s -> Integer.toString(s.devices().size()));
      case LAYERS -> perStage(plan, s -> Integer.toString(s.layerCount()));
      case MESH -> perStage(plan, s -> s.axisSize("data") + "x" + s.axisSize("tensor"));
      case RECOMPUTE -> perStage(plan, s -> recompute(s.recompute()));
      case ZERO -> perStage(plan, s -> Integer.toString(s.zero()));
      case MICRO_BATCH -> Long.toString(plan.microBatch());
      case SCHEDULE ->
          plan.schedule().virtualStages() == 1
              ? plan.schedule().kind().text()
              : plan.schedule().kind().text() + " x " + plan.schedule().virtualStages();
      case OFFLOAD ->
          plan.stages().stream().anyMatch(s -> s.offload().optimizer() != OffloadTarget.NONE)
              ? "optimizer"
              : "none";
    };
  }

  /** Did the two plans decide otherwise? A mesh is otherwise where its tensor axes are. */
  boolean differs(Plan a, Plan b) {
    if (this == MESH) {
      return !Layout.of(a).tensor().equals(Layout.of(b).tensor());
    }
    return !of(a).equals(of(b));
  }

  private static String perStage(Plan plan, Function<StagePlan, String> text) {
    List<String> all = plan.stages().stream().map(text).toList();
    return all.stream().distinct().count() == 1 ? all.getFirst() : String.join("/", all);
  }

  /** For instance {@code 4 selective}, {@code none}, {@code all full}. */
  private static String recompute(RecomputeCounts counts) {
    if (counts.full() + counts.selective() == 0) {
      return "none";
    }
    if (counts.selective() == 0) {
      return counts.full() == counts.total() ? "full" : counts.full() + " full";
    }
    if (counts.full() == 0) {
      return counts.selective() == counts.total() ? "selective" : counts.selective() + " selective";
    }
    return counts.full() + " full+" + counts.selective() + " selective";
  }
}
