package autopar.explain;

import autopar.plan.MemoryBreakdown;
import autopar.plan.Plan;
import autopar.plan.ShardingNotation;
import autopar.plan.StagePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * What is otherwise in another plan: first what was asked, then what was decided, stage by stage,
 * then what it takes.
 *
 * @param asked model, cluster and workload
 * @param decided decisions about the whole pipeline
 * @param stages stages with something to tell
 * @param before parts of a step of the first plan
 * @param after parts of a step of the second
 */
public record PlanDiff(
    List<Change> asked,
    List<Change> decided,
    List<StageChange> stages,
    StepParts before,
    StepParts after) {

  public PlanDiff {
    asked = List.copyOf(asked);
    decided = List.copyOf(decided);
    stages = List.copyOf(stages);
  }

  /** What {@code after} has otherwise than {@code before}; how they were found is left out. */
  public static PlanDiff of(Plan before, Plan after) {
    List<StageChange> stages = new ArrayList<>();
    for (StageAlignment.Pair pair : StageAlignment.of(before, after)) {
      StageChange change = stage(before, after, pair);
      if (!change.changes().isEmpty()) {
        stages.add(change);
      }
    }
    return new PlanDiff(
        asked(before, after),
        decided(before, after),
        stages,
        StepParts.of(before),
        StepParts.of(after));
  }

  /** Is there nothing to tell? */
  public boolean isEmpty() {
    return asked.isEmpty() && decided.isEmpty() && stages.isEmpty() && before.equals(after);
  }

  private static List<Change> asked(Plan a, Plan b) {
    Changes changes = new Changes(a, b);
    changes.tell("model", p -> p.model().name());
    changes.tell("parameters", p -> p.model().parameters());
    changes.tell("model_layers", p -> p.model().layers());
    changes.tell("model_hash", p -> p.hashes().model());
    changes.tell("cluster", p -> p.cluster().name() + " (" + p.cluster().device() + ")");
    changes.tell("devices", Plan::devices);
    changes.tell("usable_bytes_per_device", p -> p.cluster().usableBytesPerDevice());
    changes.tell("cluster_hash", p -> p.hashes().cluster());
    changes.tell("global_batch", p -> p.workload().globalBatch());
    changes.tell("sequence", p -> p.workload().sequence());
    changes.tell("precision", p -> p.workload().precision().text());
    changes.tell("optimizer", p -> p.workload().optimizer().map(o -> o.text()).orElse("none"));
    changes.tell("attention", p -> p.execution().attention());
    changes.tell("fp32_gradients", p -> p.execution().fp32Gradients());
    changes.tell("overlap_gradients", p -> p.execution().overlapGradients());
    changes.tell("software", p -> p.execution().software());
    return changes.found;
  }

  private static List<Change> decided(Plan a, Plan b) {
    Changes changes = new Changes(a, b);
    changes.tell("stages", Decision.STAGES::of);
    changes.tell("schedule", Decision.SCHEDULE::of);
    changes.tell("micro_batch", Decision.MICRO_BATCH::of);
    changes.tell("micro_batches", Plan::microBatches);
    changes.tell("idle", Plan::idle);
    return changes.found;
  }

  private static StageChange stage(Plan before, Plan after, StageAlignment.Pair pair) {
    List<Change> changes = new ArrayList<>();
    stage(changes, pair, "layers", s -> layers(s));
    stage(changes, pair, "devices", s -> s.devices().toString());
    stage(changes, pair, "mesh", s -> ShardingNotation.of(s.mesh()));
    stage(changes, pair, "zero", s -> Integer.toString(s.zero()));
    stage(
        changes,
        pair,
        "recompute",
        s ->
            s.recompute().none()
                + " none, "
                + s.recompute().selective()
                + " selective, "
                + s.recompute().full()
                + " full");
    stage(changes, pair, "offload", s -> s.offload().optimizer().text());
    if (pair.before().isPresent() && pair.after().isPresent()) {
      if (changes.isEmpty()
          && !strategies(before, pair.before()).equals(strategies(after, pair.after()))) {
        changes.add(new Change("strategies", "as they are", "other shardings of its nodes"));
      }
      memory(changes, pair.before().get(), pair.after().get());
    }
    return new StageChange(index(pair.before()), index(pair.after()), changes);
  }

  private static void memory(List<Change> changes, StagePlan before, StagePlan after) {
    MemoryBreakdown a = before.predicted().memory();
    MemoryBreakdown b = after.predicted().memory();
    bytes(changes, "parameters_bytes", a.parameters(), b.parameters());
    bytes(changes, "gradients_bytes", a.gradients(), b.gradients());
    bytes(changes, "optimizer_bytes", a.optimizer(), b.optimizer());
    bytes(changes, "activations_bytes", a.activations(), b.activations());
    bytes(changes, "workspace_bytes", a.workspace(), b.workspace());
    bytes(changes, "total_bytes", a.total(), b.total());
  }

  private static void bytes(List<Change> changes, String what, long before, long after) {
    if (before != after) {
      changes.add(new Change(what, Long.toString(before), Long.toString(after)));
    }
  }

  private static void stage(
      List<Change> changes,
      StageAlignment.Pair pair,
      String what,
      Function<StagePlan, String> text) {
    String before = pair.before().map(text).orElse("");
    String after = pair.after().map(text).orElse("");
    if (!before.equals(after)) {
      changes.add(new Change(what, before, after));
    }
  }

  private static String layers(StagePlan stage) {
    List<String> ranges =
        stage.layers().stream().map(r -> "[" + r.from() + ", " + r.to() + ")").toList();
    return String.join(", ", ranges);
  }

  private static OptionalInt index(Optional<StagePlan> stage) {
    return stage.isPresent() ? OptionalInt.of(stage.get().index()) : OptionalInt.empty();
  }

  /** How the layers of a stage are split, without the number of the stage. */
  private static List<List<Object>> strategies(Plan plan, Optional<StagePlan> stage) {
    int index = stage.orElseThrow().index();
    return plan.strategies().stream()
        .filter(s -> s.stage() == index)
        .map(s -> List.<Object>of(s.section(), s.instances(), s.boundary(), s.nodes(), s.hubs()))
        .toList();
  }

  /** Collects what differs between two plans. */
  private record Changes(Plan before, Plan after, List<Change> found) {
    Changes(Plan before, Plan after) {
      this(before, after, new ArrayList<>());
    }

    void tell(String what, Function<Plan, Object> value) {
      String a = String.valueOf(value.apply(before));
      String b = String.valueOf(value.apply(after));
      if (!a.equals(b)) {
        found.add(new Change(what, a, b));
      }
    }
  }
}
