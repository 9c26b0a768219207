package autopar.samples;

import autopar.cluster.Cluster;
import autopar.cluster.GroupShape;
import autopar.cluster.GroupShapes;
import autopar.cluster.HostKinds;
import autopar.strategy.PricedMesh;

/** Meshes that begin at the first device of a cluster. */
public final class SampleMeshes {

  private SampleMeshes() {}

  /** The mesh of the given axis sizes. */
  public static PricedMesh at(Cluster cluster, int... sizes) {
    GroupShape[] groups = new GroupShape[1 << sizes.length];
    for (int mask = 1; mask < groups.length; mask++) {
      groups[mask] = GroupShapes.of(cluster, 0, sizes, mask);
    }
    return new PricedMesh(sizes, groups, HostKinds.of(0));
  }
}
