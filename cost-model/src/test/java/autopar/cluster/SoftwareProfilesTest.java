package autopar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Names of software never seen get the nearest documented profile. */
final class SoftwareProfilesTest {
  @Test
  void namesAreUniqueAndTheDefaultComesFirst() {
    assertThat(SoftwareProfiles.names()).doesNotHaveDuplicates().startsWith("fused-2023");
  }

  @Test
  void unknownNamesGetTheirNearestRelative() {
    assertThat(SoftwareProfiles.nearest("megatron-2021").name()).isEqualTo("megatron-2021");
    assertThat(SoftwareProfiles.nearest("torchtitan-2025").name()).isEqualTo("torchtitan-2024");
    assertThat(SoftwareProfiles.nearest("nemo-2024-fp8").name()).isEqualTo("nemo-2022");
    assertThat(SoftwareProfiles.nearest("somebody-else").name()).isEqualTo("fused-2023");
  }
}
