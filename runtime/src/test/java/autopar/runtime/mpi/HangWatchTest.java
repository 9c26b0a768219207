package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class HangWatchTest {

  private static final long SECOND = 1_000_000_000L;

  private final Set<Long> stopped = new HashSet<>();
  private final Map<Long, Duration> used = new HashMap<>();
  private final HangWatch watch =
      new HangWatch(
          Duration.ofSeconds(10), stopped::contains, pid -> used.getOrDefault(pid, Duration.ZERO));

  @Test
  void aRankThatDoesNotWaitKeepsTheOthersWaiting() {
    List<RankProgress> ranks = List.of(waiting(0, 4), computing(1, 4), waiting(2, 3));
    assertThat(after(9, ranks)).isEmpty();
    assertThat(after(10, ranks)).map(RankProgress::rank).contains(1);
  }

  @Test
  void whereAllWaitTheOneFurthestBehindHangs() {
    assertThat(after(10, List.of(waiting(0, 4), waiting(1, 3), waiting(2, 4))))
        .map(RankProgress::rank)
        .contains(1);
  }

  @Test
  void aStoppedRankHangsWhereverItIs() {
    stopped.add(102L);
    assertThat(after(10, List.of(computing(0, 3), waiting(1, 3), waiting(2, 4))))
        .map(RankProgress::rank)
        .contains(2);
  }

  @Test
  void anyChangeStartsTheTimeAgain() {
    assertThat(after(8, List.of(waiting(0, 4), computing(1, 4)))).isEmpty();
    List<RankProgress> later = List.of(waiting(0, 4), computing(1, 5));
    for (int second = 8; second < 18; second++) {
      assertThat(watch.culprit(later, second * SECOND)).isEmpty();
    }
    assertThat(watch.culprit(later, 18 * SECOND)).map(RankProgress::rank).contains(1);
  }

  @Test
  void aPauseOfTheMachineIsNotSilence() {
    List<RankProgress> ranks = List.of(waiting(0, 4), waiting(1, 3));
    assertThat(after(9, ranks)).isEmpty();
    assertThat(watch.culprit(ranks, 100 * SECOND)).isEmpty();
    assertThat(watch.culprit(ranks, 101 * SECOND)).map(RankProgress::rank).contains(1);
  }

  @Test
  void aRankThatUsesItsProcessorGetsMoreTime() {
    List<RankProgress> ranks = List.of(waiting(0, 4), computing(1, 4));
    LongStream.range(0, 60)
        .forEach(second -> {
          used.put(101L, Duration.ofSeconds(second / 2));
          assertThat(watch.culprit(ranks, second * SECOND)).isEmpty();
        });
    assertThat(watch.culprit(ranks, 60 * SECOND)).map(RankProgress::rank).contains(1);
  }

  @Test
  void ranksMayComputeForEverWhileNoneWaits() {
    assertThat(after(1000, List.of(computing(0, 4), computing(1, 4)))).isEmpty();
  }

  @Test
  void aStartGetsMoreTime() {
    List<RankProgress> ranks = List.of(rank(0, -1, RankState.STARTING), computing(1, 0));
    assertThat(after(59, ranks)).isEmpty();
    assertThat(after(60, ranks)).map(RankProgress::rank).contains(0);
  }

  /** The last answer, asked each second from 0 to {@code seconds}. */
  private Optional<RankProgress> after(int seconds, List<RankProgress> ranks) {
    Optional<RankProgress> answer = Optional.empty();
    for (int second = 0; second <= seconds; second++) {
      answer = watch.culprit(ranks, second * SECOND);
    }
    return answer;
  }

  private static RankProgress waiting(int rank, int step) {
    return rank(rank, step, RankState.WAITING);
  }

  private static RankProgress computing(int rank, int step) {
    return rank(rank, step, RankState.COMPUTING);
  }

  private static RankProgress rank(int rank, int step, RankState state) {
    return new RankProgress(rank, 2L * step, 100 + rank, 0, step, state, 0, "x", "", "");
  }
}
