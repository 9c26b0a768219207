package autopar.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.cluster.Clusters;
import autopar.runtime.cuda.GpuModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Names of drivers find the shipped cluster that is most like the GPU. */
final class SiblingTest {
  private static final Path HOME = Path.of(System.getProperty("autopar.home"));

  private static Sibling of(String name, int multiprocessors, double gib, int capability) {
    GpuModel model =
        new GpuModel(
            name,
            multiprocessors,
            1.5e9,
            (long) (gib * (1L << 30)),
            capability / 10,
            capability % 10);
    return Sibling.of(
        model,
        1e12,
        Clusters.names(HOME).stream().map(cluster -> Clusters.named(HOME, cluster)).toList());
  }

  @Test
  void theSameGpuIsFoundByItsChipAndSize() {
    assertThat(of("NVIDIA H100 80GB HBM3", 132, 79.1, 90))
        .satisfies(s -> assertThat(s.cluster().name()).isEqualTo("h100"))
        .satisfies(s -> assertThat(s.isSame()).isTrue());
    assertThat(of("NVIDIA H200", 132, 139.8, 90).cluster().name()).isEqualTo("h200");
    assertThat(of("Tesla V100-SXM2-32GB", 80, 31.7, 70).cluster().name()).isEqualTo("v100-32g");
    assertThat(of("NVIDIA A100-SXM4-40GB", 108, 39.4, 80).cluster().name()).isEqualTo("a100-40g");
    assertThat(of("NVIDIA A800 80GB PCIe", 108, 79.1, 80).cluster().name()).isEqualTo("a800-pcie");
  }

  @Test
  void anotherFormOfAChipIsNotTheSame() {
    Sibling sibling = of("NVIDIA H100 PCIe", 114, 79.1, 90);
    assertThat(sibling.cluster().name()).isEqualTo("h100");
    assertThat(sibling.isSame()).isFalse();
  }

  @Test
  void aChipThatDoesNotShipHasTheNearestInSizeAndSpeed() {
    Sibling sibling = of("NVIDIA L40S", 142, 44.5, 89);
    assertThat(sibling.isSame()).isFalse();
    assertThat(sibling.cluster().cores()).isEmpty();
  }
}
