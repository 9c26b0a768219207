package autopar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.type.Precision;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hosts of several kinds and sizes: which device is where, and what a range has in common. */
final class MixedClusterTest {
  private static final Path HOME = Path.of(System.getProperty("autopar.home"));
  private static final HostKind A100 = Clusters.named(HOME, "a100-80g").kinds().getFirst();
  private static final HostKind V100 = Clusters.named(HOME, "v100-16g").kinds().getFirst();
  private static final HostKinds FIRST = HostKinds.of(0);
  private static final HostKinds SECOND = HostKinds.of(1);

  /** Two hosts of eight, one of four of the other kind, two of eight again. */
  private final Cluster mixed =
      cluster(new HostGroup(0, 2, 8), new HostGroup(1, 1, 4), new HostGroup(0, 2, 8));

  private static Cluster cluster(HostGroup... groups) {
    Cluster any = Clusters.named(HOME, "a100-80g");
    int devices = List.of(groups).stream().mapToInt(HostGroup::devices).sum();
    return new Cluster(
        "mixed",
        "a test",
        any.software(),
        devices,
        List.of(A100, V100),
        List.of(groups),
        any.numbers());
  }

  @Test
  void devicesAreOnHostsInOrder() {
    assertThat(mixed.devices()).isEqualTo(36);
    assertThat(mixed.hosts()).isEqualTo(5);
    assertThat(List.of(0, 7, 8, 15, 16, 19, 20, 28, 35).stream().map(mixed::hostOf))
        .containsExactly(0, 0, 1, 1, 2, 2, 3, 4, 4);
    assertThat(List.of(0, 1, 2, 3, 4, 5).stream().map(mixed::firstOf))
        .containsExactly(0, 8, 16, 20, 28, 36);
    assertThat(mixed.devicesOn(2)).isEqualTo(4);
    assertThat(mixed.kindOf(2)).isEqualTo(V100);
    assertThat(mixed.kindOf(3)).isEqualTo(A100);
    assertThat(mixed.truncatedTo(18).hosts()).isEqualTo(3);
    assertThat(mixed.truncatedTo(18).groupsInUse())
        .containsExactly(new HostGroup(0, 2, 8), new HostGroup(1, 1, 4));
    assertThat(mixed.truncatedTo(12).isEven()).isTrue();
    assertThat(mixed.truncatedTo(18).isEven()).isFalse();
    assertThat(mixed.mostPerHost()).isEqualTo(8);
    assertThat(mixed.fewestPerHost()).isEqualTo(4);
  }

  @Test
  void aRangeKnowsItsKindsOfHosts() {
    assertThat(mixed.kindsOf(0, 16)).isEqualTo(FIRST);
    assertThat(mixed.kindsOf(16, 4)).isEqualTo(SECOND);
    assertThat(mixed.kindsOf(15, 2)).isEqualTo(FIRST.and(SECOND));
    assertThat(mixed.kindsOf(20, 16)).isEqualTo(FIRST);
    assertThat(mixed.kindsOf(0, 36)).isEqualTo(FIRST.and(SECOND));
  }

  @Test
  void rangesThatLieAlikeHaveOnePlace() {
    assertThat(mixed.placeOf(9, 3)).isEqualTo(1);
    assertThat(mixed.placeOf(21, 3)).isEqualTo(1);
    assertThat(mixed.placeOf(22, 10)).isEqualTo(2);
    assertThat(mixed.placeOf(17, 2)).isEqualTo(17);
    assertThat(mixed.placeOf(14, 4)).isEqualTo(14);
    // Three hosts of eight in a row are nowhere before.
    Cluster longer =
        cluster(new HostGroup(0, 2, 8), new HostGroup(1, 1, 4), new HostGroup(0, 3, 8));
    assertThat(longer.placeOf(20, 24)).isEqualTo(20);
  }

  @Test
  void groupsThatStraddleUnevenHostsAreSeen() {
    Cluster uneven =
        cluster(new HostGroup(0, 2, 8), new HostGroup(0, 1, 4), new HostGroup(0, 1, 8));
    // Pairs from device 18: two on the host of four, the others on that of eight.
    assertThat(GroupShapes.of(uneven, 18, new int[] {2, 2}, 0b10)).isEqualTo(GroupShape.inHost(2));
    assertThat(GroupShapes.of(uneven, 18, new int[] {2, 2}, 0b01))
        .isEqualTo(new GroupShape(2, 2, 1, 2));
    // 8 + 4 devices in groups of six: the second one has two on the first host, four on the second.
    assertThat(GroupShapes.of(uneven, 8, new int[] {2, 6}, 0b10))
        .isEqualTo(new GroupShape(6, 2, 4, 1));
    assertThat(GroupShapes.of(uneven, 0, new int[] {28}, 0b1))
        .isEqualTo(new GroupShape(28, 4, 8, 1));
  }

  @Test
  void neighboursThatAreAlikeAreOneGroup() {
    Cluster joined = cluster(new HostGroup(0, 1, 8), new HostGroup(0, 2, 8));
    assertThat(joined).isEqualTo(cluster(new HostGroup(0, 3, 8)));
  }

  @Test
  void whatAllDevicesHaveIsAsked() {
    assertThat(mixed.bestPrecision()).isEqualTo(Precision.FP16);
    assertThat(mixed.truncatedTo(16).bestPrecision()).isEqualTo(Precision.BF16);
    assertThat(mixed.lacking(Precision.BF16)).hasValue(V100.device());
    assertThat(mixed.usableBytes()).isEqualTo(V100.device().memoryBytes());
    assertThat(mixed.mostUsableBytes()).isEqualTo(A100.device().memoryBytes());
    assertThat(mixed.peak(Precision.FP16)).isEqualTo((32 * 312e12 + 4 * 125e12) / 36);
    assertThat(mixed.sum(18, kind -> kind == 0 ? 1 : 10)).isEqualTo(36);
    assertThat(mixed.deviceNames()).isEqualTo("A100-SXM4-80GB and V100-SXM2-16GB");
  }
}
