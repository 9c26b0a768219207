package autopar.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.diagnostics.SourceFile;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.simulated.SimulatedWorld;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Steps of two ranks, against prices that are far too low and far too high. */
final class CrowdedStepsTest {
  private static final int RANKS = 2;
  private static final long[] NARROW = {64};

  @Test
  void stepsThatTakeLongerThanTheirPriceMeanSlowCores() throws Exception {
    assertThat(measured(1e15)).isEqualTo(StepTime.LEAST);
  }

  @Test
  void stepsThatTakeLessDoNotMeanFasterOnes() throws Exception {
    assertThat(measured(1e5)).isEqualTo(1);
  }

  @Test
  void shapesCountAlikeHoweverManyModelsTheyHave() {
    assertThat(CrowdedSteps.alike(List.of(List.of(1.0, 3.0), List.of(2.0, 2.0), List.of(8.0))))
        .isEqualTo(4);
  }

  private static double measured(double speed) throws InterruptedException, ExecutionException {
    Cluster draft = cluster(speed);
    SimulatedWorld world = new SimulatedWorld(RANKS);
    try (ExecutorService threads = Executors.newFixedThreadPool(RANKS)) {
      List<Future<Double>> parts =
          List.of(0, 1).stream()
              .map(rank ->
                  threads.submit(() ->
                      CrowdedSteps.partOfSpeed(
                          draft,
                          new FloatKernels(new VectorProduct()),
                          world.transport(rank),
                          NARROW,
                          1)))
              .toList();
      double first = parts.getFirst().get();
      assertThat(parts.getLast().get()).isEqualTo(first);
      return first;
    }
  }

  /** A machine that gets {@code speed} operations and bytes done per second. */
  private static Cluster cluster(double speed) {
    MeasuredCluster measured =
        new MeasuredCluster(
            "machine",
            new Machine("core", 1, 8L << 30, "Linux", "a JVM", 0),
            LocalDate.of(2026, 2, 3),
            "threads",
            RANKS,
            new ProductSweep.Fit(0, 1 / speed, 1 / speed, speed, 0, 20),
            new KernelSweep.Copies(speed, 0, 0),
            speed,
            speed,
            speed,
            1 / speed,
            FitsTest.links(),
            0,
            1);
    return ClusterReader.read(new SourceFile("machine.json", measured.text()));
  }
}
