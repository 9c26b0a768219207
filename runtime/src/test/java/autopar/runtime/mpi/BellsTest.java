package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads with a mapping each stand for the processes that bells are for. */
final class BellsTest {
  private static final int RANKS = 4;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void create() {
    file = folder.resolve("bells");
    assertThat(Bells.create(file, RANKS)).isTrue();
  }

  @Test
  void nobodyLeavesAMeetingBeforeAllHaveCome() throws Exception {
    int meetings = 2000;
    AtomicInteger come = new AtomicInteger();
    List<Integer> all = IntStream.range(0, RANKS).boxed().toList();
    everyRank(rank -> {
      Bells bells = Bells.attach(file, RANKS);
      for (int i = 1; i <= meetings; i++) {
        come.incrementAndGet();
        bells.meet(rank, Bells.WORLD, i, all);
        assertThat(come.get()).isGreaterThanOrEqualTo(i * RANKS);
      }
    });
    assertThat(come.get()).isEqualTo(meetings * RANKS);
  }

  @Test
  void aReceiverWakesWhenItsMessageIsSentAndNotForAnotherOne() throws Exception {
    Bells receiver = Bells.attach(file, RANKS);
    Bells sender = Bells.attach(file, RANKS);
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> received = threads.submit(() -> receiver.awaitMessage(0, 2, 1));
      sender.sent(1, 0);
      sender.sent(2, 0);
      assertThat(endsWithin(received, Duration.ofMillis(250))).isFalse();
      sender.sent(2, 0);
      assertThat(endsWithin(received, Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void aSleeperTakesNoProcessorTime() throws Exception {
    Bells bells = Bells.attach(file, RANKS);
    long[] used = new long[1];
    Thread sleeper =
        Thread.ofPlatform()
            .start(() -> {
              bells.awaitMessage(0, 1, 0);
              used[0] = threadNanos();
            });
    Thread.sleep(1000);
    Bells.attach(file, RANKS).sent(1, 0);
    sleeper.join();
    assertThat(used[0]).isPositive().isLessThan(300_000_000);
  }

  private static long threadNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  @Test
  void countersAreGivenOnceUntilThereAreNoMore() {
    Bells bells = Bells.attach(file, RANKS);
    List<Integer> given = new ArrayList<>();
    int counter;
    while ((counter = bells.newCounter()) != Bells.NO_COUNTER) {
      given.add(counter);
    }
    assertThat(given).doesNotHaveDuplicates().doesNotContain(Bells.WORLD).hasSizeGreaterThan(50);
    assertThat(bells.newCounter()).isEqualTo(Bells.NO_COUNTER);
  }

  private interface RankBody {
    void run(int rank);
  }

  private static void everyRank(RankBody body) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(RANKS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int rank = 0; rank < RANKS; rank++) {
        int me = rank;
        running.add(threads.submit(() -> body.run(me)));
      }
      for (Future<?> each : running) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
  }

  private static boolean endsWithin(Future<?> future, Duration limit)
      throws InterruptedException, ExecutionException {
    try {
      future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
