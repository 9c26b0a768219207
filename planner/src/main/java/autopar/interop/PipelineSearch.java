package autopar.interop;

import autopar.cluster.HostKinds;
import java.util.ArrayList;
import java.util.List;

/**
 * Dynamic programming over stages: contiguous layers on consecutive device ranges of any width.
 *
 * <p>From the last stage to the first, {@code front[k][o]} holds the ways to run units [k, end) on
 * devices [o, end) in s stages that are not worse in both the slowest stage and the sum of stages;
 * the step is about {@code (m - 1) max + sum}. Because the number of stages behind a stage is
 * known, so is what it keeps in flight, and memory is a constraint of every entry. Devices may be
 * left over at the end and, where hosts differ, anywhere else. Entries that cannot beat {@code
 * limit}, by the valid bounds of {@link WorkBound}, are dropped. O(S K^2 O^2 F) entries in the
 * worst case for S stages, K units, O offsets, fronts of F; the bounds leave a narrow band around
 * proportional splits.
 */
final class PipelineSearch {

  /** A suffix of a pipeline. */
  private record Suffix(
      double slowest, double sum, PricedStage stage, int firstDevice, Suffix rest) {}

  private static final int MAX_FRONT = 12;

  private final Workpiece work;
  private final SearchSpace space;
  private final StageTable table;
  private final WorkBound bound;
  private final DeviceOrder order;
  private final double limit;
  private final int microBatches;
  private final int[] offsets;

  PipelineSearch(
      Workpiece work,
      SearchSpace space,
      StageTable table,
      WorkBound bound,
      DeviceOrder order,
      double limit) {
    this.work = work;
    this.space = space;
    this.table = table;
    this.bound = bound;
    this.order = order;
    this.limit = limit;
    this.microBatches = work.microBatches(table.microBatch());
    this.offsets = space.offsets().stream().mapToInt(Integer::intValue).toArray();
  }

  /** Pipelines that may be the fastest, at most {@link #MAX_FRONT} per number of stages. */
  List<Candidate> candidates() {
    int units = work.chain().units();
    int most = Math.min(units, space.stages().orElse(Math.min(units, offsets.length - 1)));
    List<Candidate> found = new ArrayList<>();
    List<List<List<Suffix>>> front = null;
    for (int s = 1; s <= most; s++) {
      front = s == 1 ? lastStages() : extend(front, s);
      List<Suffix> whole = front.get(0).get(0);
      if (space.stages().isEmpty() || space.stages().getAsInt() == s) {
        for (Suffix suffix : whole) {
          found.add(candidate(suffix));
        }
      }
      if (front.stream().allMatch(row -> row.stream().allMatch(List::isEmpty))) {
        break;
      }
    }
    return found;
  }

  private List<List<List<Suffix>>> empty() {
    List<List<List<Suffix>>> front = new ArrayList<>();
    for (int k = 0; k < work.chain().units(); k++) {
      List<List<Suffix>> row = new ArrayList<>();
      for (int o = 0; o < offsets.length; o++) {
        row.add(List.of());
      }
      front.add(row);
    }
    return front;
  }

  private List<List<List<Suffix>>> lastStages() {
    List<List<List<Suffix>>> front = empty();
    int units = work.chain().units();
    double inFlight = work.inFlight(1, space.stages().orElse(1), microBatches);
    for (int k = 0; k < units; k++) {
      for (int o = 0; o + 1 < offsets.length; o++) {
        if (!prefixCanFit(k, offsets[o])) {
          continue;
        }
        List<Suffix> here = new ArrayList<>();
        for (int e = o + 1; e < offsets.length; e++) {
          add(here, 1, k, units, offsets[o], offsets[e], inFlight, null);
        }
        front.get(k).set(o, here);
      }
      leaveGaps(front.get(k));
    }
    return front;
  }

  /** What runs on devices from o + 1 on runs on those from o on, with device o idle. */
  private void leaveGaps(List<List<Suffix>> row) {
    for (int o = offsets.length - 2; space.line().leavesGaps() && o >= 0; o--) {
      List<Suffix> here = new ArrayList<>(row.get(o));
      row.get(o + 1).forEach(suffix -> insert(here, suffix));
      row.set(o, here);
    }
  }

  private List<List<List<Suffix>>> extend(List<List<List<Suffix>>> rest, int s) {
    List<List<List<Suffix>>> front = empty();
    int units = work.chain().units();
    double inFlight = work.inFlight(s, space.stages().orElse(s), microBatches);
    for (int k = 0; k < units; k++) {
      for (int o = 0; o + 1 < offsets.length; o++) {
        if (!prefixCanFit(k, offsets[o])) {
          continue;
        }
        List<Suffix> here = new ArrayList<>();
        for (int k2 = k + 1; k2 < units; k2++) {
          List<List<Suffix>> row = rest.get(k2);
          for (int e = o + 1; e < offsets.length; e++) {
            for (Suffix suffix : row.get(e)) {
              add(here, s, k, k2, offsets[o], offsets[e], inFlight, suffix);
            }
          }
        }
        front.get(k).set(o, here);
      }
      leaveGaps(front.get(k));
    }
    return front;
  }

  /** Could units [0, k) run on devices [0, o) within the memory and the limit? */
  private boolean prefixCanFit(int k, int o) {
    if (k == 0 || o == 0) {
      return k == 0 && (o == 0 || space.line().leavesGaps());
    }
    if (states(0, k) > space.line().sum(o, work.memory()::of)) {
      return false;
    }
    return !space.fixed().isEmpty()
        || microBatches * bound.capacitySeconds(0, k) / bound.capacity(o) <= limit;
  }

  /** Do the states of units [from, to), sharded over every device, fit these devices? */
  private boolean statesFit(int from, int to, int first, int width) {
    DeviceLine line = space.line();
    HostKinds kinds = line.kindsOf(line.classOf(first, width));
    return states(from, to) <= width * work.memory().on(kinds);
  }

  /** Bytes of the states of units [from, to) on all devices together. */
  private double states(int from, int to) {
    Workpiece.StateBytes bytes = work.parameterBytes();
    return work.chain().trainableParameters(from, to)
        * (bytes.weight() + bytes.gradient() + work.optimizerBytesOnDevice());
  }

  private void add(
      List<Suffix> front,
      int fromEnd,
      int from,
      int to,
      int first,
      int end,
      double inFlight,
      Suffix rest) {
    int index = space.stages().isPresent() ? space.stages().getAsInt() - fromEnd : -1;
    if (!space.admits(first, end - first)
        || !space.admits(index, from, to, end - first)
        || !statesFit(from, to, first, end - first)) {
      return;
    }
    double least = space.fixed().isEmpty() ? bound.stageSeconds(from, to, first, end - first) : 0;
    double slowestRest = rest == null ? 0 : rest.slowest;
    double sumRest = rest == null ? 0 : rest.sum;
    double prefix =
        from == 0 || !space.fixed().isEmpty()
            ? 0
            : bound.capacitySeconds(0, from) / bound.capacity(first);
    if (estimate(Math.max(Math.max(slowestRest, least), prefix), sumRest + least) > limit) {
      return;
    }
    PricedStage stage =
        space
            .meshOf(index)
            .map(mesh -> table.fixed(from, to, first, mesh, inFlight))
            .orElseGet(() ->
                table.best(from, to, first, end - first, inFlight, bound, limit / microBatches));
    if (stage == null) {
      return;
    }
    double seconds = table.effective(stage);
    double slowest = Math.max(slowestRest, seconds);
    double sum = sumRest + seconds;
    if (estimate(Math.max(slowest, prefix), sum) > limit) {
      return;
    }
    insert(front, new Suffix(slowest, sum, stage, first, rest));
  }

  private double estimate(double slowest, double sum) {
    return Math.max(microBatches * slowest, (microBatches - 1) * slowest + sum);
  }

  private void insert(List<Suffix> front, Suffix suffix) {
    for (Suffix other : front) {
      if (other.slowest <= suffix.slowest && other.sum <= suffix.sum) {
        return;
      }
    }
    front.removeIf(o -> suffix.slowest <= o.slowest && suffix.sum <= o.sum);
    int at = 0;
    while (at < front.size() && value(front.get(at)) <= value(suffix)) {
      at++;
    }
    front.add(at, suffix);
    if (front.size() > MAX_FRONT) {
      front.removeLast();
    }
  }

  private double value(Suffix s) {
    return estimate(s.slowest, s.sum);
  }

  private Candidate candidate(Suffix suffix) {
    List<PricedStage> stages = new ArrayList<>();
    List<Integer> first = new ArrayList<>();
    for (Suffix s = suffix; s != null; s = s.rest) {
      stages.add(s.stage);
      first.add(s.firstDevice);
    }
    return new Candidate(table.microBatch(), order, stages, first);
  }
}
