package autopar.validation;

import autopar.cluster.SoftwareProfile;
import java.util.Arrays;

/**
 * The numbers of a software profile that are fitted, as one set common to all software. What is
 * known of a run's software without measuring it (fused attention, whole layers, buckets) stays.
 *
 * @param gemm efficiency of products against an isolated benchmark
 * @param stream traffic of memory-bound kernels
 * @param attention efficiency of fused attention
 * @param collective efficiency of collectives inside a step
 * @param layerSeconds host work of one layer for one micro-batch
 */
public record CommonProfile(
    double gemm, double stream, double attention, double collective, double layerSeconds) {

  /** Where every fit begins: the default profile's neighbourhood. */
  static final CommonProfile START = new CommonProfile(0.9, 1.0, 0.8, 0.8, 0.3e-3);

  private static final double STEP_SECONDS = 0.05;
  private static final double[][] LATTICE = {
    {0.78, 0.84, 0.9, 0.96},
    {0.5, 0.75, 1, 1.4, 2},
    {0.5, 0.65, 0.8, 1},
    {0.4, 0.6, 0.8, 1},
    {0, 0.3e-3, 1e-3, 3e-3, 6e-3}
  };

  /** The values that each free number may take. */
  static double[][] lattice() {
    double[][] copy = LATTICE.clone();
    Arrays.setAll(copy, i -> LATTICE[i].clone());
    return copy;
  }

  /** The same profile with number {@code i} at {@code value}. */
  CommonProfile with(int i, double value) {
    return new CommonProfile(
        i == 0 ? value : gemm,
        i == 1 ? value : stream,
        i == 2 ? value : attention,
        i == 3 ? value : collective,
        i == 4 ? value : layerSeconds);
  }

  /** The profile of a run's software with these numbers in the place of its own. */
  SoftwareProfile in(SoftwareProfile own) {
    return new SoftwareProfile(
        own.name(),
        own.about(),
        own.flashAttention(),
        own.wholeLayers(),
        gemm,
        stream,
        attention,
        own.dispatchSeconds(),
        1.2,
        collective,
        own.bucketBytes(),
        own.bucketSeconds(),
        own.gradientSync(),
        own.parameterGather(),
        own.send(),
        own.interference(),
        layerSeconds,
        STEP_SECONDS,
        own.memory());
  }
}
