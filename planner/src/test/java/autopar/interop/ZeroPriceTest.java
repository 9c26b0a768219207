package autopar.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cost.Collective;
import autopar.intraop.LayerOption;
import autopar.ir.type.Precision;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import autopar.samples.SampleMeshes;
import autopar.schedule.ScheduleKind;
import autopar.strategy.AxisUse;
import autopar.strategy.PricedMesh;
import autopar.training.Optimizer;
import autopar.training.RecomputeMode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZeroPriceTest {

  private static final SmallSearch SEARCH =
      new SmallSearch(
          SampleGraphs.perceptrons(1, 0, 64, 64), SampleClusters.shipped("a800", 64), 64);
  private static final PricedMesh MESH = SampleMeshes.at(SEARCH.cluster, 64, 1);
  private static final double PARAMETERS = 7.5e9;

  /** A layer of 7.5 billion parameters, replicated over the data axis. */
  private static LayerOption option() {
    double[] elements = new double[8];
    elements[1] = PARAMETERS;
    double[] scattered = new double[8];
    scattered[1] = PARAMETERS / 64;
    double[] none = new double[RecomputeMode.values().length];
    return new LayerOption(
        0,
        new int[] {0},
        0,
        0,
        0,
        0,
        none,
        none,
        none,
        none,
        elements,
        new double[8],
        scattered,
        new double[8],
        0);
  }

  private static ZeroPrice price(int zero, int group) {
    Workpiece work =
        new Workpiece(
            SEARCH.chain,
            SEARCH.cost,
            64,
            Precision.BF16,
            Optimizer.ADAMW,
            new Workpiece.StateBytes(2, 2, 12),
            ScheduleKind.ONE_FORWARD_ONE_BACKWARD,
            1,
            AxisUse.DATA_FIRST,
            List.of(RecomputeMode.NONE),
            List.of(zero),
            group,
            true,
            false,
            MemoryLimits.everywhere(SEARCH.cluster, 1e12));
    return ZeroPrice.of(work, MESH, option(), zero, false);
  }

  @Test
  void statesTakeThePublishedBytes() {
    // Figure 1 of arXiv:1910.02054: 120, 31.4, 16.6 and 1.9 GB on 64 devices.
    double[] gigabytes = {120, 31.4, 16.6, 1.9};
    for (int zero = 0; zero < 4; zero++) {
      assertThat(price(zero, 64).staticBytes() / 1e9)
          .as("stage %d", zero)
          .isCloseTo(gigabytes[zero], within(0.05));
    }
  }

  @Test
  void smallerGroupsHoldMore() {
    assertThat(price(3, 8).staticBytes()).isCloseTo(PARAMETERS * 16 / 8, within(1.0));
    assertThat(price(3, 1).staticBytes()).isCloseTo(PARAMETERS * 16, within(1.0));
    // Groups are equal: of 64 replicas, at most 12 together means 8.
    assertThat(price(3, 12).staticBytes()).isEqualTo(price(3, 8).staticBytes());
    assertThat(price(3, 1000).staticBytes()).isEqualTo(price(3, 64).staticBytes());
  }

  @Test
  void collectivesAreThoseOfTheStage() {
    double weights = 2 * PARAMETERS;
    double reduce = SEARCH.cost.bucketedSeconds(Collective.ALL_REDUCE, weights, MESH.groups()[1]);
    double gather = SEARCH.cost.bucketedSeconds(Collective.ALL_GATHER, weights, MESH.groups()[1]);
    double scatter =
        SEARCH.cost.bucketedSeconds(Collective.REDUCE_SCATTER, weights, MESH.groups()[1]);
    assertThat(price(0, 64).stepSync()).isEqualTo(reduce);
    assertThat(price(1, 64).stepSync()).isCloseTo(gather + scatter, within(1e-9));
    assertThat(price(2, 64).backwardSync()).isEqualTo(scatter);
    assertThat(price(2, 64).stepSync()).isEqualTo(gather);
    assertThat(price(3, 64).forwardGather()).isEqualTo(gather);
    assertThat(price(3, 64).backwardSync()).isCloseTo(gather + scatter, within(1e-9));
    assertThat(price(3, 64).stepSync()).isZero();
    assertThat(price(1, 64).update()).isLessThan(price(0, 64).update() / 32);
  }
}
