package autopar.strategy;

import autopar.cluster.GroupShape;
import autopar.cluster.HostKinds;

/**
 * A mesh of one to three axes at a place in the cluster: all a price needs to know of it.
 *
 * <p>{@code groups[mask]} is the worst group of devices that differ only along the axes in {@code
 * mask}; {@code groups[0]} is unused. {@code kinds} are those of the hosts that its devices are on.
 * Devices are row-major, the last axis fastest.
 */
public record PricedMesh(int[] sizes, GroupShape[] groups, HostKinds kinds) {

  public int axes() {
    return sizes.length;
  }

  /** Number of devices. */
  public int devices() {
    return span((1 << sizes.length) - 1);
  }

  /** Number of devices along the axes in {@code mask}. */
  public int span(int mask) {
    int n = 1;
    for (int axis = 0; axis < sizes.length; axis++) {
      if ((mask & (1 << axis)) != 0) {
        n *= sizes[axis];
      }
    }
    return n;
  }
}
