package autopar.cluster;

import java.util.List;
import java.util.Optional;

/** The software profiles: one per generation of training software, never one per run. */
public final class SoftwareProfiles {
  /** What plans are priced with unless another is asked for. */
  public static final String DEFAULT = "fused-2023";

  private static final List<SoftwareProfile> ALL =
      List.of(
          new SoftwareProfile(
              DEFAULT,
              "flash attention, fused element-wise kernels and optimizer, bucketed overlap",
              true,
              0.92,
              0.8,
              0.8,
              4e-6,
              1.2,
              0.9,
              100e6,
              50e-6,
              0.8,
              0.9,
              0.9,
              0.1,
              1e-4,
              0.02));

  private SoftwareProfiles() {}

  /** The profile {@code name}, if there is one. */
  public static Optional<SoftwareProfile> find(String name) {
    return ALL.stream().filter(profile -> profile.name().equals(name)).findFirst();
  }

  /** All names, the default first. */
  public static List<String> names() {
    return ALL.stream().map(SoftwareProfile::name).toList();
  }
}
