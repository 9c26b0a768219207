package autopar.cost;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import autopar.cluster.GroupShape;
import autopar.cluster.HostKinds;
import autopar.cluster.SoftwareProfile;
import autopar.cluster.SoftwareProfiles;
import autopar.ir.op.Work;
import autopar.ir.type.Precision;
import autopar.training.Optimizer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** On hosts of several kinds everything takes as long as on the slowest, and memory is the most. */
final class MixedCostTest {
  private static final Path HOME = Path.of(System.getProperty("autopar.home"));
  private static final SoftwareProfile SOFTWARE =
      SoftwareProfiles.find(SoftwareProfiles.DEFAULT).orElseThrow();
  private static final Cluster MIXED = Clusters.named(HOME, "a100-v100");
  private static final HostKinds NEW = HostKinds.of(0);
  private static final HostKinds OLD = HostKinds.of(1);

  private final CostModel both = new CostModel(MIXED, SOFTWARE, Precision.FP16);

  @Test
  void oneKindIsPricedAsIfTheOtherWereNotThere() {
    CostModel alone = new CostModel(Clusters.named(HOME, "a100-80g"), SOFTWARE, Precision.FP16);
    CostModel here = both.on(NEW);
    Work product = new Work.Gemm(1, 4096, 4096, 4096);
    assertThat(here.kernelSeconds(product)).isEqualTo(alone.kernelSeconds(product));
    GroupShape group = new GroupShape(16, 2, 8, 1);
    for (Collective kind : Collective.values()) {
      assertThat(here.bucketedSeconds(kind, 1e9, group))
          .isEqualTo(alone.bucketedSeconds(kind, 1e9, group));
    }
    assertThat(here.memory().contextBytes(3)).isEqualTo(alone.memory().contextBytes(3));
    assertThat(both.on(NEW).on(NEW.and(OLD)).kernelSeconds(product))
        .isEqualTo(both.kernelSeconds(product));
  }

  @Test
  void theSlowestKindDecides() {
    CostModel first = both.on(NEW);
    CostModel second = both.on(OLD);
    GroupShape group = new GroupShape(12, 2, 8, 1);
    for (double size = 1e3; size < 1e10; size *= 10) {
      double bytes = size;
      for (Collective kind : Collective.values()) {
        assertThat(both.collectiveSeconds(kind, bytes, group))
            .isEqualTo(
                Math.max(
                    first.collectiveSeconds(kind, bytes, group),
                    second.collectiveSeconds(kind, bytes, group)));
      }
      assertThat(both.sendSeconds(bytes, false, 4))
          .isEqualTo(
              Math.max(first.sendSeconds(bytes, false, 4), second.sendSeconds(bytes, false, 4)));
      assertThat(both.updateSeconds(bytes, Optimizer.ADAMW))
          .isEqualTo(second.updateSeconds(bytes, Optimizer.ADAMW))
          .isGreaterThan(first.updateSeconds(bytes, Optimizer.ADAMW));
      assertThat(both.hostUpdateSeconds(bytes, bytes, 4))
          .isEqualTo(second.hostUpdateSeconds(bytes, bytes, 4));
    }
    Work product = new Work.Gemm(1, 4096, 4096, 4096);
    assertThat(both.kernelSeconds(product))
        .isEqualTo(second.kernelSeconds(product))
        .isGreaterThan(2 * first.kernelSeconds(product));
  }

  @Test
  void devicesThatAreNotUsedHaveNoPart() {
    // The old devices have no bf16.
    CostModel used = new CostModel(MIXED.truncatedTo(16), SOFTWARE, Precision.BF16);
    assertThat(used.kernelSeconds(new Work.Gemm(1, 4096, 4096, 4096))).isPositive();
  }
}
