package autopar.explain;

import autopar.plan.OffloadPlan;
import autopar.plan.OffloadTarget;
import autopar.plan.Plan;
import autopar.plan.StagePlan;
import autopar.schedule.ScheduleKind;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is asked about each decision of a plan: the same request with this decision fixed to
 * something else. The rest is either kept as it is in the plan, which is cheap to price, or free.
 */
final class Questions {
  private static final int MOST_MOVES = 8;

  private final Subject subject;
  private final Plan plan;
  private final Layout layout;
  private final Kept kept;

  Questions(Subject subject) {
    this.subject = subject;
    this.plan = subject.plan();
    this.layout = Layout.of(plan);
    this.kept = Kept.of(plan);
  }

  /** The questions about {@code decision}; those that cannot be put are left out. */
  List<Question> about(Decision decision) {
    return switch (decision) {
      case STAGES -> stages();
      case DEVICES -> devices();
      case LAYERS -> layers();
      case MESH -> mesh();
      case RECOMPUTE -> recompute();
      case ZERO -> zero();
      case MICRO_BATCH -> microBatch();
      case SCHEDULE -> schedule();
      case OFFLOAD -> offload();
    };
  }

  private List<Question> stages() {
    int now = plan.stages().size();
    int most = Math.min(plan.devices(), Math.max(1, plan.model().layers()));
    Set<Integer> counts = new TreeSet<>(List.of(Math.max(1, now - 1), Math.min(most, now + 1)));
    counts.add(divisor(now, -1, most));
    counts.add(divisor(now, 1, most));
    counts.remove(now);
    return counts.stream().map(n -> free("stages=" + n)).toList();
  }

  /** The next number of stages in a direction that divides the devices evenly. */
  private int divisor(int now, int direction, int most) {
    int n = now + direction;
    while (n >= 1 && n <= most && plan.devices() % n != 0) {
      n += direction;
    }
    return Math.clamp(n, 1, most);
  }

  /** One replica moved from a stage to a neighbour, and equal stages. */
  private List<Question> devices() {
    Set<String> meshes = new LinkedHashSet<>();
    int stages = layout.data().size();
    for (int i = 0; i + 1 < stages; i++) {
      if (layout.tensor().get(i).equals(layout.tensor().get(i + 1))) {
        meshes.add(moved(layout.data(), i, i + 1));
        meshes.add(moved(layout.data(), i + 1, i));
      }
    }
    int tensor = layout.tensor().getFirst();
    if (plan.devices() % (stages * tensor) == 0) {
      meshes.add(
          String.join(
              "/", Collections.nCopies(stages, plan.devices() / (stages * tensor) + "x" + tensor)));
    }
    meshes.remove("");
    meshes.remove(layout.meshKey());
    return meshes.stream().limit(MOST_MOVES).map(m -> kept("mesh=" + m + batchOn(m))).toList();
  }

  /** The plan's micro-batch on other meshes, or the same per replica where it does not divide. */
  private String batchOn(String meshes) {
    long replicas = 1;
    for (String mesh : meshes.split("/", -1)) {
      replicas = Math.max(replicas, Long.parseLong(mesh.substring(0, mesh.indexOf('x'))));
    }
    if (plan.microBatch() % replicas == 0) {
      return ",micro_batch=" + plan.microBatch() / replicas;
    }
    return kept.replicaBatch().isPresent() ? ",micro_batch=" + kept.replicaBatch().getAsLong() : "";
  }

  private String moved(List<Integer> data, int from, int to) {
    if (data.get(from) == 1) {
      return "";
    }
    List<Integer> moved = new ArrayList<>(data);
    moved.set(from, data.get(from) - 1);
    moved.set(to, data.get(to) + 1);
    return new Layout(layout.layers(), layout.widths(), moved, layout.tensor()).meshKey();
  }

  /** One layer moved across each boundary. */
  private List<Question> layers() {
    List<Question> questions = new ArrayList<>();
    if (plan.schedule().virtualStages() > 1) {
      return questions;
    }
    List<Integer> layers = layout.layers();
    for (int i = 0; i + 1 < layers.size() && questions.size() < MOST_MOVES; i++) {
      for (int direction : new int[] {1, -1}) {
        List<Integer> moved = new ArrayList<>(layers);
        moved.set(i, layers.get(i) - direction);
        moved.set(i + 1, layers.get(i + 1) + direction);
        if (moved.get(i) > 0 && moved.get(i + 1) > 0) {
          String text = Layout.perStage(moved, n -> Integer.toString(n));
          questions.add(kept(kept.meshes() + ",layers=" + text));
        }
      }
    }
    return questions;
  }

  private List<Question> mesh() {
    List<Question> questions = new ArrayList<>();
    int inHost = plan.cluster().devicesPerHost();
    for (int tensor = 1; tensor <= Math.min(8, Math.min(inHost, plan.devices())); tensor *= 2) {
      int t = tensor;
      if (layout.tensor().stream().allMatch(own -> own == t)) {
        continue;
      }
      questions.add(free("tensor=" + t));
      if (layout.widths().stream().allMatch(w -> w % t == 0)) {
        questions.add(kept("mesh=" + Layout.perStage(layout.widths(), w -> w / t + "x" + t)));
      }
    }
    return questions;
  }

  private List<Question> recompute() {
    List<Question> questions = new ArrayList<>();
    for (RecomputeMode mode : RecomputeMode.values()) {
      questions.add(kept(kept.meshes() + ",recompute=" + mode.text()));
    }
    questions.add(free("recompute=none"));
    return questions;
  }

  private List<Question> zero() {
    List<Question> questions = new ArrayList<>();
    for (int zero = 0; zero <= 3; zero++) {
      questions.add(kept(kept.meshes() + ",zero=" + zero));
    }
    plan.stages().stream()
        .mapToInt(StagePlan::zero)
        .distinct()
        .sorted()
        .forEach(zero -> questions.add(free("zero=" + zero)));
    return questions;
  }

  private List<Question> microBatch() {
    List<Question> questions = new ArrayList<>();
    if (kept.replicaBatch().isPresent()) {
      long now = kept.replicaBatch().getAsLong();
      for (long size : new TreeSet<>(List.of(now / 2, now - 1, now + 1, 2 * now))) {
        if (size >= 1 && size != now) {
          questions.add(kept("mesh=" + layout.meshKey() + ",micro_batch=" + size));
        }
      }
    }
    for (int size = 1; size <= 4; size *= 2) {
      questions.add(free("micro_batch=" + size));
    }
    return questions;
  }

  /** GPipe takes as long as 1F1B and keeps more, so it is only asked about in this layout. */
  private List<Question> schedule() {
    List<Question> questions = new ArrayList<>();
    for (ScheduleKind kind : ScheduleKind.values()) {
      if (kind == plan.schedule().kind()) {
        continue;
      }
      switch (kind) {
        case GPIPE, ONE_FORWARD_ONE_BACKWARD ->
            questions.add(kept(kept.all() + ",schedule=" + kind.text()));
        case INTERLEAVED -> questions.add(free("schedule=interleaved,virtual_stages=2"));
      }
    }
    return questions;
  }

  private List<Question> offload() {
    boolean offloaded = subject.request().options().offload().optimizer() != OffloadTarget.NONE;
    OffloadPlan other =
        new OffloadPlan(
            offloaded ? OffloadTarget.NONE : OffloadTarget.CPU,
            OffloadTarget.NONE,
            OffloadTarget.NONE);
    return List.of(
        new Question(
            offloaded ? "--offload none" : "--offload optimizer",
            false,
            subject.request().withOptions(subject.request().options().withOffload(other))));
  }

  private Question free(String change) {
    return question(change, false);
  }

  private Question kept(String change) {
    return question(change, true);
  }

  private Question question(String change, boolean rest) {
    ForceText force = ForceText.of(subject.force()).with(ForceText.of(change));
    return Question.forcing(subject, force.text(), rest);
  }
}
