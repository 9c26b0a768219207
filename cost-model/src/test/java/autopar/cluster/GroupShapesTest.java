package autopar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Groups on hosts of eight devices. */
final class GroupShapesTest {
  private final Cluster cluster =
      Clusters.named(Path.of(System.getProperty("autopar.home")), "a800");

  @Test
  void tensorGroupsInsideHostsShareNoAdapter() {
    assertThat(of(0, new int[] {3, 8}, 0b10)).isEqualTo(GroupShape.inHost(8));
    assertThat(of(0, new int[] {6, 4}, 0b10)).isEqualTo(GroupShape.inHost(4));
  }

  @Test
  void dataGroupsOfDifferentTensorRanksShareTheAdapters() {
    assertThat(of(0, new int[] {3, 8}, 0b01)).isEqualTo(new GroupShape(3, 3, 1, 8));
    assertThat(of(0, new int[] {6, 4}, 0b01)).isEqualTo(new GroupShape(6, 3, 2, 4));
  }

  @Test
  void aStageThatStraddlesHostsIsSeen() {
    // Six devices from device 4: four on one host, two on the next.
    assertThat(of(4, new int[] {6}, 0b1)).isEqualTo(new GroupShape(6, 2, 4, 1));
    // Pairs from device 7: one pair straddles.
    assertThat(of(7, new int[] {2, 2}, 0b10)).isEqualTo(new GroupShape(2, 2, 1, 1));
    assertThat(of(12, new int[] {6}, 0b1)).isEqualTo(of(4, new int[] {6}, 0b1));
  }

  @Test
  void allAxesTogetherAreOneGroup() {
    assertThat(of(0, new int[] {3, 8}, 0b11)).isEqualTo(new GroupShape(24, 3, 8, 1));
    assertThat(of(0, new int[] {2, 2, 2}, 0b101)).isEqualTo(GroupShape.inHost(4));
    assertThat(of(0, new int[] {2, 4}, 0)).isEqualTo(GroupShape.ALONE);
  }

  @Test
  void groupsInsideAGroupKeepItsPlaceOnTheHosts() {
    GroupShape data = of(0, new int[] {16, 2}, 0b01);
    assertThat(data).isEqualTo(new GroupShape(16, 4, 4, 2));
    assertThat(data.part(4)).isEqualTo(GroupShape.inHost(4));
    assertThat(data.part(8)).isEqualTo(new GroupShape(8, 2, 4, 2));
    // Four ranks of each host, times two tensor ranks, sum across hosts at the same time.
    assertThat(data.acrossParts(4)).isEqualTo(new GroupShape(4, 4, 1, 8));
    assertThat(data.acrossParts(8)).isEqualTo(new GroupShape(2, 2, 1, 8));
    assertThat(data.acrossParts(16)).isEqualTo(GroupShape.ALONE);
    assertThat(GroupShape.inHost(8).part(2)).isEqualTo(GroupShape.inHost(2));
    assertThat(GroupShape.inHost(8).acrossParts(2)).isEqualTo(GroupShape.inHost(4));
  }

  private GroupShape of(int first, int[] sizes, int mask) {
    return GroupShapes.of(cluster, first, sizes, mask);
  }
}
