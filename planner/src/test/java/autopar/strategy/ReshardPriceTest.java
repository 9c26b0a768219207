package autopar.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cluster.Cluster;
import autopar.cluster.SoftwareProfiles;
import autopar.cost.Collective;
import autopar.cost.CostModel;
import autopar.ir.type.Precision;
import autopar.samples.SampleClusters;
import autopar.samples.SampleMeshes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReshardPriceTest {

  private static final Cluster CLUSTER = SampleClusters.hostsOf(4, 8);
  private static final CostModel COST =
      new CostModel(
          CLUSTER, SoftwareProfiles.find(SoftwareProfiles.DEFAULT).orElseThrow(), Precision.BF16);
  private static final PricedMesh MESH = SampleMeshes.at(CLUSTER, 2, 4);
  private static final ReshardPrice PRICE = new ReshardPrice(COST, MESH);
  private static final double BYTES = 1 << 26;
  private static final int WHOLE = AxisCode.ALL_REPLICATED;

  private static int code(int first, int second) {
    return AxisCode.with(AxisCode.with(WHOLE, 0, first), 1, second);
  }

  private static List<Integer> codes() {
    List<Integer> codes = new ArrayList<>();
    for (int a : new int[] {0, 1, AxisCode.PARTIAL, AxisCode.REPLICATED}) {
      for (int b : new int[] {0, 1, AxisCode.PARTIAL, AxisCode.REPLICATED}) {
        codes.add(code(a, b));
      }
    }
    return codes;
  }

  private static double collective(Collective kind, double bytes, int mask) {
    return COST.collectiveSeconds(kind, bytes, MESH.groups()[mask]);
  }

  private static void assertPrice(int from, int to, double seconds) {
    assertThat(PRICE.seconds(from, to, BYTES)).isCloseTo(seconds, within(1e-12 + 1e-9 * seconds));
  }

  @Test
  void stayingAndSlicingAreFree() {
    codes().forEach(c -> assertPrice(c, c, 0));
    assertPrice(WHOLE, code(0, 1), 0);
    assertPrice(code(0, AxisCode.REPLICATED), code(0, 1), 0);
  }

  @Test
  void theRouteIsWhatThePriceIsTheSumOf() {
    for (int from : codes()) {
      for (int to : codes()) {
        List<ReshardPrice.Move> route = PRICE.route(from, to, BYTES);
        assertPrice(from, to, route.stream().mapToDouble(ReshardPrice.Move::seconds).sum());
        assertThat(route)
            .allSatisfy(m ->
                assertThat(m.seconds())
                    .isCloseTo(collective(m.kind(), m.bytes(), m.mask()), within(1e-12)));
      }
    }
  }

  @Test
  void oneMoveIsOneCollective() {
    int whole = AxisCode.REPLICATED;
    assertPrice(code(whole, 1), WHOLE, collective(Collective.ALL_GATHER, BYTES, 2));
    assertPrice(code(whole, AxisCode.PARTIAL), WHOLE, collective(Collective.ALL_REDUCE, BYTES, 2));
    assertPrice(
        code(whole, AxisCode.PARTIAL),
        code(whole, 1),
        collective(Collective.REDUCE_SCATTER, BYTES, 2));
    assertPrice(code(whole, 0), code(whole, 1), collective(Collective.ALL_TO_ALL, BYTES / 4, 2));
  }

  @Test
  void otherAxesShrinkWhatMoves() {
    assertPrice(
        code(0, 1), code(0, AxisCode.REPLICATED), collective(Collective.ALL_GATHER, BYTES / 2, 2));
    // The slice comes before the all-reduce.
    assertPrice(
        code(AxisCode.REPLICATED, AxisCode.PARTIAL),
        code(0, AxisCode.REPLICATED),
        collective(Collective.ALL_REDUCE, BYTES / 2, 2));
    // The reduce-scatter comes before the all-gather, which moves less for it.
    assertPrice(
        code(0, AxisCode.PARTIAL),
        code(AxisCode.REPLICATED, 1),
        collective(Collective.REDUCE_SCATTER, BYTES / 2, 2)
            + collective(Collective.ALL_GATHER, BYTES / 4, 1));
  }

  @Test
  void axesWithTheSameMoveActTogether() {
    assertPrice(code(0, 1), WHOLE, collective(Collective.ALL_GATHER, BYTES, 3));
    assertPrice(
        code(AxisCode.PARTIAL, AxisCode.PARTIAL),
        WHOLE,
        collective(Collective.ALL_REDUCE, BYTES, 3));
  }

  @Test
  void anAxisOfOneCostsNothing() {
    PricedMesh mesh = SampleMeshes.at(CLUSTER, 1, 4);
    ReshardPrice price = new ReshardPrice(COST, mesh);
    assertThat(price.seconds(code(AxisCode.PARTIAL, 0), code(1, 0), BYTES)).isZero();
    assertThat(price.price(Collective.ALL_REDUCE, BYTES, 1)).isZero();
  }

  @Test
  void moreBytesAreNeverCheaper() {
    for (int from : codes()) {
      for (int to : codes()) {
        if (AxisCode.partialAxes(to) != 0) {
          continue;
        }
        double before = 0;
        for (double bytes = 64; bytes <= 1e9; bytes *= 3) {
          double seconds = PRICE.seconds(from, to, bytes);
          assertThat(seconds).as("%x to %x, %g bytes", from, to, bytes).isNotNegative();
          assertThat(seconds)
              .as("%x to %x, %g bytes", from, to, bytes)
              .isGreaterThanOrEqualTo(before);
          before = seconds;
        }
      }
    }
  }

  @Test
  void theDetourOverWholeTensorsIsNeverCheaper() {
    for (int from : codes()) {
      for (int to : codes()) {
        if (AxisCode.partialAxes(to) == 0) {
          assertThat(PRICE.seconds(from, to, BYTES))
              .as("%x to %x", from, to)
              .isLessThanOrEqualTo(
                  (PRICE.seconds(from, WHOLE, BYTES) + PRICE.seconds(WHOLE, to, BYTES))
                      * (1 + 1e-9));
        }
      }
    }
  }
}
