package autopar.explain;

import autopar.cluster.SoftwareProfiles;
import autopar.plan.Plan;
import autopar.plan.PredictedShares;
import autopar.plan.StagePlan;
import autopar.plan.StagePrediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Where the seconds of a step go on the average device; the parts of a plan add up to its step.
 *
 * <p>With N devices, a stage on n of them counts n / N of {@code m (forward + backward +
 * communication)} for its m micro-batches, of its overhead per step and of the host's work per
 * step. Idle devices count their share of the whole step; what is left of it is bubble. The
 * difference of two plans has parts that may be negative.
 */
public record StepParts(List<Double> seconds) {
  /** What sums of parts may miss of a step. */
  private static final double ROUNDING = 1e-12;

  public StepParts {
    seconds = List.copyOf(seconds);
    if (seconds.size() != Part.values().length) {
      throw new IllegalArgumentException("one number per part");
    }
  }

  /** The parts of the step of {@code plan}. */
  public static StepParts of(Plan plan) {
    double[] parts = new double[Part.values().length];
    double step = plan.predicted().stepSeconds();
    double host = SoftwareProfiles.nearest(plan.execution().software()).stepSeconds();
    for (StagePlan stage : plan.stages()) {
      StagePrediction p = stage.predicted();
      PredictedShares shares = p.shares();
      double once = (double) stage.devices().size() / plan.devices();
      double each = once * plan.microBatches();
      add(parts, Part.FORWARD, each * p.forwardSeconds());
      add(parts, Part.BACKWARD, each * (p.backwardSeconds() - shares.recomputeSeconds()));
      add(parts, Part.RECOMPUTE, each * shares.recomputeSeconds());
      add(parts, Part.GATHERS, each * shares.gatherSeconds());
      add(parts, Part.SENDS, each * shares.sendSeconds());
      add(
          parts,
          Part.COLLECTIVES,
          each * (p.communicationSeconds() - shares.gatherSeconds() - shares.sendSeconds()));
      add(parts, Part.SYNC, once * (p.stepOverheadSeconds() - shares.updateSeconds()));
      add(parts, Part.UPDATE, once * shares.updateSeconds());
      add(parts, Part.HOST, once * host);
    }
    add(parts, Part.IDLE, step * plan.idle().size() / plan.devices());
    double known = 0;
    for (double part : parts) {
      known += part;
    }
    double left = step - known;
    add(parts, Part.BUBBLE, Math.abs(left) < ROUNDING * step ? 0 : left);
    return new StepParts(Arrays.stream(parts).boxed().toList());
  }

  private static void add(double[] parts, Part part, double seconds) {
    parts[part.ordinal()] += seconds;
  }

  /** Seconds of {@code part}. */
  public double of(Part part) {
    return seconds.get(part.ordinal());
  }

  /** Seconds of kernels that would run on any layout: forward and backward without recompute. */
  public double compute() {
    return of(Part.FORWARD) + of(Part.BACKWARD);
  }

  /** All seconds. */
  public double total() {
    return seconds.stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Part by part, these seconds less those of {@code other}. */
  public StepParts minus(StepParts other) {
    List<Double> difference = new ArrayList<>();
    for (int i = 0; i < seconds.size(); i++) {
      difference.add(seconds.get(i) - other.seconds.get(i));
    }
    return new StepParts(difference);
  }

  /** The parts, largest first. */
  public List<Part> largestFirst() {
    List<Part> parts = new ArrayList<>(List.of(Part.values()));
    parts.sort(Comparator.comparingDouble(p -> -of(p)));
    return parts;
  }
}
