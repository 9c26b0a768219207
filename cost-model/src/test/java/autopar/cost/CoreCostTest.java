package autopar.cost;

import static autopar.cost.Collective.ALL_GATHER;
import static autopar.cost.Collective.ALL_REDUCE;
import static autopar.cost.Collective.ALL_TO_ALL;
import static autopar.cost.Collective.REDUCE_SCATTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import autopar.cluster.GroupShape;
import autopar.cluster.HostCores;
import autopar.cluster.Interconnect;
import autopar.cluster.SoftwareProfile;
import autopar.cluster.SoftwareProfiles;
import autopar.ir.op.Work;
import autopar.ir.type.Precision;
import autopar.training.Optimizer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prices of devices that are processes on the cores of their host, with a pocket calculator. */
final class CoreCostTest {
  private static final Cluster CLUSTER =
      Clusters.named(Path.of(System.getProperty("autopar.home")), "cpu-2core");
  private static final HostCores CORES = CLUSTER.cores().orElseThrow();
  private static final SoftwareProfile SOFTWARE =
      SoftwareProfiles.find(SoftwareProfiles.CPU_RANKS).orElseThrow();

  private final CostModel cost = new CostModel(CLUSTER, SOFTWARE, Precision.FP32);
  private final double launch = CLUSTER.device().launchSeconds();

  @Test
  void aProductIsItsStartItsArithmeticAndItsTraffic() {
    double flops = 2.0 * 512 * 256 * 1024;
    double bytes = 4 * (512.0 * 1024 + 1024.0 * 256 + 2 * 512.0 * 256);
    double expected =
        CORES.productSeconds()
            + flops / CORES.productFlopsPerSecond()
            + bytes / CORES.productBytesPerSecond();
    expected /= CORES.inStep();
    assertThat(cost.kernelSeconds(new Work.Gemm(1, 512, 256, 1024)))
        .isCloseTo(expected + launch, within(1e-12));
    assertThat(cost.kernelSeconds(new Work.Gemm(3, 512, 256, 1024)))
        .isCloseTo(3 * expected + launch, within(1e-12));
  }

  @Test
  void elementWiseKernelsAreBoundByBytesOrByOperations() {
    double n = 1 << 20;
    double bytes = 12 * n / CLUSTER.device().memoryBytesPerSecond();
    assertThat(cost.kernelSeconds(new Work.Stream(2 * n, n, 0, n)))
        .isCloseTo(
            (bytes + CLUSTER.device().memoryRampSeconds()) / CORES.inStep() + launch, within(1e-9));
    assertThat(cost.kernelSeconds(new Work.Stream(n, n, 0, 40 * n)))
        .isCloseTo(40 * n / CORES.vectorFlopsPerSecond() / CORES.inStep() + launch, within(1e-9));
  }

  @Test
  void attentionIsTheMeasuredPartOfThePeakWhereItWasMeasured() {
    for (int dim : new int[] {64, 128}) {
      double part = dim == 64 ? CLUSTER.device().attention64() : CLUSTER.device().attention128();
      double both =
          cost.kernelSeconds(new Work.FusedAttention(4, 4, 128, 128, dim, true, false))
              + cost.kernelSeconds(new Work.FusedAttention(4, 4, 128, 128, dim, true, true));
      double operations = 14.0 * 4 * 4 * 128 * 128 * dim;
      assertThat((both - 2 * launch) * CORES.inStep())
          .isCloseTo(operations / (part * CLUSTER.device().peakFp32()), within(1e-9));
    }
  }

  @Test
  void theUpdateHasABandwidthOfItsOwn() {
    assertThat(cost.updateSeconds(1e6, Optimizer.ADAMW))
        .isCloseTo(28e6 / CORES.updateBytesPerSecond() / CORES.inStep() + launch, within(1e-9));
  }

  @Test
  void aMemberCopiesTheWholeTensorOnceWhateverTheCollective() {
    Interconnect memory = CLUSTER.kindOf(0).interconnect();
    GroupShape eight = new GroupShape(8, 1, 8, 0);
    double bytes = 1 << 20;
    double fast =
        memory.fastLatency()
            + 7 * memory.fastHop()
            + bytes / (memory.bytesPerSecond() * memory.fastFraction());
    double bulk = memory.bulkLatency() + 7 * memory.bulkHop() + bytes / memory.bytesPerSecond();
    for (Collective kind : List.of(ALL_REDUCE, ALL_GATHER, REDUCE_SCATTER, ALL_TO_ALL)) {
      assertThat(cost.collectiveSeconds(kind, bytes, eight))
          .as(kind.text())
          .isCloseTo(Math.min(fast, bulk), within(1e-9));
    }
  }

  @Test
  void howMuchLongerWorkTakesTellsHowCrowdedCoresAre() {
    for (int busy : new int[] {3, 4, 8, 24}) {
      double longer = 1 / (CORES.speed(busy) * busy / CORES.count());
      assertThat(CORES.crowdedBy(busy, longer)).isCloseTo(CORES.crowded(), within(1e-9));
    }
    assertThat(CORES.speed(CORES.count())).isEqualTo(1);
    assertThat(CORES.crowdedBy(8, 0.9)).isEqualTo(1);
  }
}
