package autopar.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cluster.GroupShape;
import autopar.ir.op.Work;
import autopar.ir.type.Precision;
import autopar.training.Optimizer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Monotone on random inputs, and right where a pocket calculator can follow. */
final class CostModelTest {
  private static final int CASES = 20_000;

  private final CostModel cost = PublishedTablesTest.cost("a800", Precision.BF16);

  @Test
  void largerAlignedProductsNeverCostLess() {
    Random random = new Random(1);
    for (int i = 0; i < CASES; i++) {
      long m = 64 * (1 + random.nextInt(300));
      long n = 64 * (1 + random.nextInt(300));
      long k = 64 * (1 + random.nextInt(300));
      long more = 64 * (1 + random.nextInt(50));
      double base = gemm(m, n, k);
      assertThat(gemm(m + more, n, k))
          .as("m %s %s %s + %s", m, n, k, more)
          .isGreaterThan(base * 0.9999);
      assertThat(gemm(m, n + more, k))
          .as("n %s %s %s + %s", m, n, k, more)
          .isGreaterThan(base * 0.9999);
      assertThat(gemm(m, n, k + more))
          .as("k %s %s %s + %s", m, n, k, more)
          .isGreaterThan(base * 0.9999);
    }
  }

  @Test
  void moreBytesNeverCostLessInAnyCollective() {
    Random random = new Random(2);
    for (int i = 0; i < CASES; i++) {
      double bytes = Math.exp(random.nextDouble() * 24);
      GroupShape group = group(random);
      for (Collective kind : Collective.values()) {
        double base = cost.collectiveSeconds(kind, bytes, group);
        assertThat(base).isPositive().isFinite();
        assertThat(cost.collectiveSeconds(kind, bytes * 1.1, group)).isGreaterThanOrEqualTo(base);
        assertThat(cost.bucketedSeconds(kind, bytes * 1.1, group))
            .isGreaterThanOrEqualTo(cost.bucketedSeconds(kind, bytes, group));
      }
    }
  }

  @Test
  void sharingAdaptersNeverHelps() {
    Random random = new Random(3);
    for (int i = 0; i < CASES; i++) {
      GroupShape group = group(random);
      if (group.hosts() == 1) {
        continue;
      }
      GroupShape crowded =
          new GroupShape(
              group.ranks(),
              group.hosts(),
              group.ranksOnBusiestHost(),
              group.groupsSharingNic() + 1);
      double bytes = Math.exp(random.nextDouble() * 24);
      assertThat(cost.collectiveSeconds(Collective.ALL_REDUCE, bytes, crowded))
          .isGreaterThanOrEqualTo(cost.collectiveSeconds(Collective.ALL_REDUCE, bytes, group));
    }
  }

  @Test
  void aGroupOfOneCostsNothing() {
    for (Collective kind : Collective.values()) {
      assertThat(cost.collectiveSeconds(kind, 1e9, GroupShape.ALONE)).isZero();
      assertThat(cost.bucketedSeconds(kind, 1e9, GroupShape.ALONE)).isZero();
    }
  }

  @Test
  void largeRingsMoveTheirBytesAtBusBandwidth() {
    // 4 GB over 8 ranks of one host at 160 GB/s: 2 * 4 * 7/8 / 160 = 43.75 ms; gather half of it.
    GroupShape host = GroupShape.inHost(8);
    assertThat(cost.collectiveSeconds(Collective.ALL_REDUCE, 4e9, host))
        .isCloseTo(0.04375, within(0.0003));
    assertThat(cost.collectiveSeconds(Collective.ALL_GATHER, 4e9, host))
        .isCloseTo(0.021875, within(0.0003));
    // 3 hosts of 8: the ring leaves each host over 4 adapters of 25 GB/s at 0.84.
    assertThat(cost.collectiveSeconds(Collective.ALL_REDUCE, 4e9, new GroupShape(24, 3, 8, 1)))
        .isCloseTo(2 * 4.0 * 23 / 24 / 84, within(0.001));
    // One rank a host, eight groups at a time: an eighth of the host's 84 GB/s each.
    assertThat(cost.collectiveSeconds(Collective.ALL_REDUCE, 1e9, new GroupShape(4, 4, 1, 8)))
        .isCloseTo(2 * 1.0 * 3 / 4 / 10.5, within(0.001));
    // One group alone uses one adapter.
    assertThat(cost.collectiveSeconds(Collective.ALL_REDUCE, 1e9, new GroupShape(4, 4, 1, 1)))
        .isCloseTo(2 * 1.0 * 3 / 4 / 21, within(0.001));
  }

  @Test
  void memoryBoundKernelsAndUpdatesMoveTheirBytes() {
    // Two reads and a write of 1e9 elements in bf16 at 1.65 TB/s: 6 GB.
    assertThat(cost.kernelSeconds(new Work.Stream(2e9, 1e9, 0, 0)))
        .isCloseTo(6 / 1650.0, within(1e-5));
    // AdamW under bf16: gradient 2, weight 2, master, m and v read and written 24: 28 bytes.
    assertThat(cost.updateSeconds(1e9, Optimizer.ADAMW)).isCloseTo(28 / 1650.0, within(1e-5));
    assertThat(cost.updateSeconds(0, Optimizer.ADAMW)).isZero();
  }

  @Test
  void unevenDepthsRunOffTheFastPath() {
    assertThat(gemm(4096, 4096, 10922)).isGreaterThan(2 * gemm(4096, 4096, 10944));
    assertThat(gemm(2048, 14400, 1800)).isGreaterThan(1.1 * gemm(2048, 14400, 1792));
  }

  @Test
  void fusedAttentionCostsTwoAndAHalfTimesAsMuchBackward() {
    double forward =
        cost.kernelSeconds(new Work.FusedAttention(4, 32, 2048, 2048, 128, true, false));
    double backward =
        cost.kernelSeconds(new Work.FusedAttention(4, 32, 2048, 2048, 128, true, true));
    double full = cost.kernelSeconds(new Work.FusedAttention(4, 32, 2048, 2048, 128, false, false));
    assertThat(backward / forward).isBetween(2.4, 2.5);
    assertThat(full / forward).isBetween(1.7, 2.0);
  }

  @Test
  void exposureNeverExceedsTheCommunicationAndNeverVanishes() {
    Overlap overlap = new Overlap(0.8, 0.9, 0.5, 0.1, 0, 0);
    assertThat(overlap.exposedGradientSync(1, 0)).isEqualTo(1);
    assertThat(overlap.exposedGradientSync(1, 10)).isCloseTo(0.1, within(1e-12));
    assertThat(overlap.exposedGradientSync(3, 1)).isCloseTo(3 - 0.8 + 0.08, within(1e-12));
    assertThat(overlap.exposedSend(2)).isEqualTo(1);
  }

  @Test
  void aPriceTakesMicrosecondsAtMost() {
    Work work = new Work.Gemm(1, 4096, 7168, 7168);
    GroupShape group = new GroupShape(16, 2, 8, 1);
    double sum = 0;
    long start = 0;
    for (int i = 0; i < 400_000; i++) {
      if (i == 200_000) {
        start = System.nanoTime();
      }
      sum += cost.kernelSeconds(work);
      sum += cost.collectiveSeconds(Collective.ALL_REDUCE, i, group);
    }
    assertThat(sum).isPositive();
    assertThat((System.nanoTime() - start) / 200_000.0).as("ns of two prices").isLessThan(20_000);
  }

  private double gemm(long m, long n, long k) {
    return cost.kernelSeconds(new Work.Gemm(1, m, n, k));
  }

  private static GroupShape group(Random random) {
    int hosts = 1 + random.nextInt(6);
    int local = 1 + random.nextInt(8);
    if (hosts == 1) {
      return GroupShape.inHost(local + 1);
    }
    return new GroupShape(hosts * local, hosts, local, 1 + random.nextInt(8));
  }
}
