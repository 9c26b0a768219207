package autopar.cluster;

/**
 * The shapes of the communicator groups of meshes on a cluster.
 *
 * <p>A mesh covers the devices {@code first ..< first + product(sizes)}, row-major, last axis
 * fastest. The groups along a set of axes hold the ranks that differ only in these axes, and run at
 * the same time. A shape depends on {@code first} only through how the range lies on its hosts, see
 * {@link Cluster#placeOf}.
 */
public final class GroupShapes {
  private GroupShapes() {}

  /**
   * The worst group along the axes of {@code axisMask} (bit i is axis i): most hosts, then fewest
   * members on its busiest host. Takes time linear in the devices of the mesh.
   */
  public static GroupShape of(Cluster cluster, int first, int[] axisSizes, int axisMask) {
    int[] hosts = new int[devices(axisSizes)];
    int firstHost = cluster.hostOf(first);
    for (int device = 0; device < hosts.length; device++) {
      hosts[device] = cluster.hostOf(first + device) - firstHost;
    }
    return worst(hosts, axisSizes, axisMask);
  }

  /** The same for a mesh that begins at device {@code offset} of the first of equal hosts. */
  public static GroupShape onEqualHosts(
      int devicesPerHost, int offset, int[] axisSizes, int axisMask) {
    int[] hosts = new int[devices(axisSizes)];
    for (int device = 0; device < hosts.length; device++) {
      hosts[device] = (offset + device) / devicesPerHost;
    }
    return worst(hosts, axisSizes, axisMask);
  }

  private static int devices(int[] axisSizes) {
    int devices = 1;
    for (int size : axisSizes) {
      devices *= size;
    }
    return devices;
  }

  /** {@code host} of each device, counted from that of the first. */
  private static GroupShape worst(int[] host, int[] axisSizes, int axisMask) {
    int devices = host.length;
    int ranks = 1;
    for (int axis = 0; axis < axisSizes.length; axis++) {
      ranks *= (axisMask >> axis & 1) == 1 ? axisSizes[axis] : 1;
    }
    if (ranks == 1) {
      return GroupShape.ALONE;
    }
    int groups = devices / ranks;
    int hosts = host[devices - 1] + 1;
    int[][] membersOnHost = new int[groups][hosts];
    for (int device = 0; device < devices; device++) {
      membersOnHost[groupOf(device, axisSizes, axisMask)][host[device]]++;
    }
    int[] leaving = new int[hosts];
    for (int[] members : membersOnHost) {
      int spanned = spanned(members);
      for (int h = 0; h < hosts; h++) {
        leaving[h] += spanned > 1 && members[h] > 0 ? 1 : 0;
      }
    }
    GroupShape worst = GroupShape.ALONE;
    for (int[] members : membersOnHost) {
      GroupShape shape = shapeOf(ranks, members, leaving);
      if (shape.hosts() > worst.hosts()
          || (shape.hosts() == worst.hosts() && isWorse(shape, worst))) {
        worst = shape;
      }
    }
    return worst;
  }

  private static boolean isWorse(GroupShape shape, GroupShape than) {
    return than.ranks() == 1
        || shape.groupsSharingNic() > than.groupsSharingNic()
        || (shape.groupsSharingNic() == than.groupsSharingNic()
            && shape.ranksOnBusiestHost() < than.ranksOnBusiestHost());
  }

  private static GroupShape shapeOf(int ranks, int[] members, int[] leaving) {
    int spanned = spanned(members);
    int most = 0;
    int sharing = 0;
    for (int host = 0; host < members.length; host++) {
      most = Math.max(most, members[host]);
      if (spanned > 1 && members[host] > 0) {
        sharing = Math.max(sharing, leaving[host]);
      }
    }
    return new GroupShape(ranks, spanned, most, sharing);
  }

  private static int spanned(int[] members) {
    int spanned = 0;
    for (int count : members) {
      spanned += count > 0 ? 1 : 0;
    }
    return spanned;
  }

  /** The number of a device's group: its coordinates on the axes outside the mask, row-major. */
  private static int groupOf(int device, int[] axisSizes, int axisMask) {
    int group = 0;
    int stride = 1;
    int rest = device;
    for (int axis = axisSizes.length - 1; axis >= 0; axis--) {
      int coordinate = rest % axisSizes[axis];
      rest /= axisSizes[axis];
      if ((axisMask >> axis & 1) == 0) {
        group += coordinate * stride;
        stride *= axisSizes[axis];
      }
    }
    return group;
  }
}
