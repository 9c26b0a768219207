package autopar.cost.memory;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.cluster.Clusters;
import autopar.cluster.SoftwareProfiles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes that no tensor explains, on an 80 GB card. */
final class MemoryModelTest {
  private final MemoryModel memory = memory(SoftwareProfiles.DEFAULT);

  private static MemoryModel memory(String software) {
    return new MemoryModel(
        List.of(Clusters.named(Path.of(System.getProperty("autopar.home")), "a800").device()),
        SoftwareProfiles.nearest(software));
  }

  @Test
  void softwareMayKeepBuffersOfItsOwn() {
    assertThat(memory("megatron-deepspeed-2022").contextBytes(0))
        .isEqualTo(memory.contextBytes(0) + 9_000_000_000L);
  }

  @Test
  void contextAndCommunicatorsComeOffTheCard() {
    assertThat(memory.contextBytes(0)).isEqualTo(600L << 20);
    assertThat(memory.contextBytes(2)).isEqualTo((600L << 20) + 2 * (128L << 20));
  }

  @Test
  void onlyDynamicMemoryFragments() {
    assertThat(memory.fragmentationBytes(1L << 40, 0)).isZero();
    assertThat(memory.fragmentationBytes(0, 1_000_000)).isEqualTo(40_000);
  }
}
