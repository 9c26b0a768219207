package autopar.runtime.mpi;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Finds the rank that hangs. Ranks hang when none of them says anything new for a while and at
 * least one waits for others. Whose fault: a rank that a signal stopped, else one that does not
 * wait, else the one furthest behind.
 *
 * <p>A rank that uses its processor may just have much to compute: it gets {@value #PATIENCE} times
 * as long. So does a world that still starts. Time in which nobody asked does not count: then the
 * whole machine was paused.
 */
final class HangWatch {

  private static final int PATIENCE = 6;

  /** Part of the time that a rank that computes uses its processor for, even on a busy machine. */
  private static final double BUSY = 0.02;

  private static final Comparator<RankProgress> FURTHEST_BEHIND =
      Comparator.comparingInt(RankProgress::step)
          .thenComparingLong(RankProgress::changedNanos)
          .thenComparingInt(RankProgress::rank);

  private final Duration timeout;
  private final LongPredicate isStopped;
  private final LongFunction<Duration> processorTime;

  private long[] sequences = new long[0];
  private long changedNanos;
  private long askedNanos;
  private Duration[] usedBefore;

  /**
   * @param isStopped of a process id
   * @param processorTime of a process id
   */
  HangWatch(Duration timeout, LongPredicate isStopped, LongFunction<Duration> processorTime) {
    this.timeout = timeout;
    this.isStopped = isStopped;
    this.processorTime = processorTime;
  }

  /** The rank that hangs, as of {@code nanos}; to be asked many times within the timeout. */
  Optional<RankProgress> culprit(List<RankProgress> ranks, long nanos) {
    long since = nanos - askedNanos;
    askedNanos = nanos;
    if (since > timeout.dividedBy(2).toNanos()) {
      changedNanos += since;
    }
    long[] current = ranks.stream().mapToLong(RankProgress::sequence).toArray();
    if (!Arrays.equals(current, sequences)) {
      sequences = current;
      changedNanos = nanos;
      usedBefore = null;
      return Optional.empty();
    }
    Duration silent = Duration.ofNanos(nanos - changedNanos);
    if (usedBefore == null && silent.compareTo(timeout.dividedBy(2)) >= 0) {
      usedBefore =
          ranks.stream().map(rank -> processorTime.apply(rank.pid())).toArray(Duration[]::new);
    }
    if (silent.compareTo(timeout) < 0) {
      return Optional.empty();
    }
    boolean patient = silent.compareTo(timeout.multipliedBy(PATIENCE)) < 0;
    if (ranks.stream().noneMatch(RankProgress::isWaiting)) {
      // Ranks that compute may do so for ever; ranks that start wait for each other.
      return patient ? Optional.empty() : first(ranks, r -> r.state() == RankState.STARTING);
    }
    return first(ranks, r -> r.isRunning() && r.pid() != 0 && isStopped.test(r.pid()))
        .or(() -> notWaiting(ranks, silent, patient));
  }

  private Optional<RankProgress> notWaiting(
      List<RankProgress> ranks, Duration silent, boolean patient) {
    List<RankProgress> others =
        ranks.stream().filter(r -> r.isRunning() && !r.isWaiting()).toList();
    if (others.isEmpty()) {
      return first(ranks, RankProgress::isRunning);
    }
    if (patient && others.stream().anyMatch(r -> isBusy(r, silent))) {
      return Optional.empty();
    }
    return first(others, r -> true);
  }

  private boolean isBusy(RankProgress rank, Duration silent) {
    Duration used = processorTime.apply(rank.pid()).minus(usedBefore[rank.rank()]);
    return used.toNanos() > BUSY * (silent.toNanos() / 2.0);
  }

  private static Optional<RankProgress> first(
      List<RankProgress> ranks, Predicate<RankProgress> which) {
    return ranks.stream().filter(which).min(FURTHEST_BEHIND);
  }
}
