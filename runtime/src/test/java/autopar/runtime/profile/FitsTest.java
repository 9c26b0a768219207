package autopar.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.cluster.GroupShape;
import autopar.cluster.SoftwareProfiles;
import autopar.cost.collective.CollectiveTimes;
import autopar.diagnostics.SourceFile;
import autopar.runtime.profile.CollectiveTime.Kind;
import autopar.runtime.profile.CollectiveTime.Way;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Fits find the numbers that made their measurements, and a cluster file says what was measured.
 */
final class FitsTest {

  @Test
  void aFitFindsWhatMadeTheSeconds() {
    NonNegativeFit fit = new NonNegativeFit(3);
    for (int i = 1; i <= 12; i++) {
      fit.add(2 + 3 * i + 0.5 * i * i, 1, i, i * i);
    }
    double[] x = fit.solve();
    assertThat(x[0]).isCloseTo(2, within(1e-3));
    assertThat(x[1]).isCloseTo(3, within(1e-3));
    assertThat(x[2]).isCloseTo(0.5, within(1e-3));
    assertThat(fit.medianError(x)).isLessThan(1e-4);
  }

  @Test
  void whatWouldBeNegativeIsSmall() {
    NonNegativeFit fit = new NonNegativeFit(2);
    for (int i = 1; i <= 6; i++) {
      fit.add(2.0 * i - 1, 1, i);
    }
    double[] x = fit.solve();
    // A hundredth of the least second that was measured.
    assertThat(x[0]).isCloseTo(0.01, within(1e-9));
    assertThat(x[1]).isBetween(1.0, 2.0);
  }

  /** Times of worlds of two, four and eight ranks with known latencies and bandwidths. */
  private static List<CollectiveTime> synthetic() {
    List<CollectiveTime> times = new ArrayList<>();
    for (int ranks : new int[] {2, 4, 8}) {
      double bandwidth = ranks == 2 ? 4e9 : ranks == 4 ? 3e9 : 2e9;
      for (Kind kind : Kind.values()) {
        for (long bytes = 1 << 10; bytes <= 4 << 20; bytes *= 4) {
          CollectiveTime t = new CollectiveTime(kind, Way.MEMORY, ranks, bytes, 1);
          boolean small = bytes <= 64 << 10;
          double seconds =
              kind == Kind.SEND
                  ? 3e-6 + bytes / 1e9
                  : small
                      ? 5e-6 + t.steps() * 2e-6 + t.movedBytes() / 1e9
                      : 50e-6 + t.steps() * 1e-6 + t.movedBytes() / bandwidth;
          times.add(new CollectiveTime(kind, Way.MEMORY, ranks, bytes, seconds));
        }
      }
    }
    return times;
  }

  static LinkFit links() {
    return LinkFit.of(synthetic());
  }

  @Test
  void collectivesOfKnownLinksGiveTheLinksBack() {
    LinkFit fit = LinkFit.of(synthetic());
    assertThat(fit.pair()).isCloseTo(4e9, within(4e7));
    assertThat(fit.quad()).isCloseTo(3e9, within(3e7));
    assertThat(fit.full()).isCloseTo(2e9, within(2e7));
    assertThat(fit.fastLatency()).isCloseTo(5e-6, within(1e-7));
    assertThat(fit.fastHop()).isCloseTo(2e-6, within(1e-7));
    assertThat(fit.bulkLatency()).isCloseTo(50e-6, within(1e-6));
    assertThat(fit.sendBandwidth()).isCloseTo(1e9, within(1e7));
  }

  @Test
  void protocolsThatChangeAtAnUnknownSizeAreToldApart() {
    List<CollectiveTime> times = new ArrayList<>();
    for (int ranks : new int[] {2, 4, 8}) {
      double bandwidth = ranks == 2 ? 200e9 : ranks == 4 ? 180e9 : 160e9;
      for (Kind kind : Kind.values()) {
        for (long bytes = 1 << 10; bytes <= 256 << 20; bytes *= 4) {
          CollectiveTime t = new CollectiveTime(kind, Way.RING, ranks, bytes, 1);
          double wire = t.movedBytes() / bandwidth;
          double seconds =
              kind == Kind.SEND
                  ? 17e-6 + bytes / 172e9
                  : Math.min(
                      17e-6 + t.steps() * 1.9e-6 + wire / 0.475, 52e-6 + t.steps() * 7e-6 + wire);
          times.add(new CollectiveTime(kind, Way.RING, ranks, bytes, seconds));
        }
      }
    }
    LinkFit fit = ProtocolFit.of(times);
    assertThat(fit.pair()).isCloseTo(200e9, within(1e9));
    assertThat(fit.quad()).isCloseTo(180e9, within(1e9));
    assertThat(fit.full()).isCloseTo(160e9, within(1e9));
    assertThat(fit.fastFraction()).isCloseTo(0.475, within(0.005));
    assertThat(fit.fastLatency()).isCloseTo(17e-6, within(1e-7));
    assertThat(fit.fastHop()).isCloseTo(1.9e-6, within(1e-7));
    assertThat(fit.bulkLatency()).isCloseTo(52e-6, within(1e-6));
    assertThat(fit.bulkHop()).isCloseTo(7e-6, within(2e-7));
    assertThat(fit.sendBandwidth()).isCloseTo(172e9, within(1e9));
    assertThat(fit.medianError()).isLessThan(0.01);
  }

  /** The file's prices and the fit's have one formula. */
  @Test
  void collectivesOfTheFileArePricedAsTheFitPricesThem() {
    LinkFit fit = links();
    Cluster cluster = ClusterReader.read(new SourceFile("laptop.json", laptop().text()));
    CollectiveTimes prices =
        new CollectiveTimes(
            cluster.kinds().getFirst(),
            SoftwareProfiles.find(SoftwareProfiles.CPU_RANKS).orElseThrow());
    for (CollectiveTime t : synthetic()) {
      if (t.kind() != Kind.SEND) {
        GroupShape group = new GroupShape(t.ranks(), 1, t.ranks(), 0);
        double price =
            t.kind() == Kind.ALL_REDUCE
                ? prices.allReduce(t.bytes(), group)
                : prices.gatherOrScatter(t.bytes(), group);
        double fitted = Math.min(fit.fast(t), fit.bulk(t));
        assertThat(price).as(t.toString()).isCloseTo(fitted, within(1e-3 * fitted));
      }
    }
  }

  private static MeasuredCluster laptop() {
    Machine machine = new Machine("a \"quick\" core", 4, 8L << 30, "Linux 6", "a JVM", 0.5);
    return new MeasuredCluster(
        "laptop",
        machine,
        LocalDate.of(2026, 2, 3),
        "threads",
        8,
        new ProductSweep.Fit(1e-6, 1e-11, 5e-11, 9e10, 0.04, 20),
        new KernelSweep.Copies(2e10, 0, 0.05),
        1e10,
        5e10,
        6e10,
        2e-9,
        LinkFit.of(synthetic()),
        6e-6,
        0.9);
  }

  @Test
  void theFileSaysWhatWasMeasuredAndWhen() {
    MeasuredCluster measured = laptop();
    Cluster cluster = ClusterReader.read(new SourceFile("laptop.json", measured.text()));
    assertThat(cluster.devices()).isEqualTo(8);
    assertThat(cluster.cores().orElseThrow().count()).isEqualTo(4);
    assertThat(cluster.cores().orElseThrow().productFlopsPerSecond()).isCloseTo(1e11, within(1e8));
    assertThat(cluster.cores().orElseThrow().updateBytesPerSecond()).isCloseTo(14e9, within(1e7));
    assertThat(cluster.cores().orElseThrow().inStep()).isCloseTo(0.9, within(1e-9));
    assertThat(cluster.device().launchSeconds()).isCloseTo(6e-6, within(1e-9));
    assertThat(cluster.device().attention64()).isCloseTo(5.0 / 9, within(1e-3));
    assertThat(cluster.kinds().getFirst().interconnect().pairBytesPerSecond())
        .isCloseTo(4e9, within(4e7));
    assertThat(cluster.numbers().get("cores.product_rate").provenance().text())
        .contains("threads", "2026-02-03", "median of");
    assertThat(cluster.cores().orElseThrow().crowded()).isEqualTo(1);

    String cached = measured.with(6e-6, 1.07).text();
    Cluster faster = ClusterReader.read(new SourceFile("laptop.json", cached));
    assertThat(faster.cores().orElseThrow().inStep()).isCloseTo(1.07, within(1e-9));

    String text = MeasuredCluster.crowded(measured.text(), 0.8, 6, LocalDate.of(2026, 2, 4));
    Cluster crowded = ClusterReader.read(new SourceFile("laptop.json", text));
    assertThat(crowded.cores().orElseThrow().crowded()).isEqualTo(0.8);
    assertThat(crowded.numbers().get("cores.crowded").provenance().text())
        .contains("6 ranks", "2026-02-04", "wall times");
  }
}
