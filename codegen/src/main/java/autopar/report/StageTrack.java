package autopar.report;

import java.util.List;

/**
 * The step of one stage: {@code compute} from the start of the step to its end without a gap, and
 * the messages it sends in both directions, which run beside it.
 */
public record StageTrack(
    int stage, List<Slice> compute, List<Slice> sendForward, List<Slice> sendBackward) {
  public StageTrack {
    compute = List.copyOf(compute);
    sendForward = List.copyOf(sendForward);
    sendBackward = List.copyOf(sendBackward);
  }

  /** Seconds of the compute track spent on {@code kind}. */
  public double seconds(SliceKind kind) {
    double seconds = 0;
    for (Slice slice : compute) {
      if (slice.kind() == kind) {
        seconds += slice.seconds();
      }
    }
    return seconds;
  }
}
