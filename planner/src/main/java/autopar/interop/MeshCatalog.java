package autopar.interop;

import autopar.cluster.Cluster;
import autopar.cluster.GroupShape;
import autopar.cluster.GroupShapes;
import autopar.cluster.HostGroup;
import autopar.cluster.HostKinds;
import autopar.strategy.PricedMesh;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The meshes a range of devices can be arranged as, one object per distinct arrangement: ranges
 * that lie alike on the hosts share their meshes, and with them everything that was priced on them.
 */
final class MeshCatalog {

  private record Arrangement(List<Integer> sizes, List<GroupShape> groups, HostKinds kinds) {}

  private record Place(int first, List<Integer> sizes) {}

  private record Least(HostKinds kinds, List<Integer> sizes) {}

  private final Cluster cluster;
  private final Map<Place, PricedMesh> byPlace = new LinkedHashMap<>();
  private final Map<Least, PricedMesh> least = new LinkedHashMap<>();
  private final Map<Arrangement, PricedMesh> byArrangement = new LinkedHashMap<>();

  /** Meshes on the positions of {@code line}. */
  MeshCatalog(DeviceLine line) {
    this.cluster = line.cluster();
  }

  /** The mesh of the given axis sizes on the positions from {@code firstDevice} on. */
  synchronized PricedMesh at(int firstDevice, int... sizes) {
    List<Integer> key = Arrays.stream(sizes).boxed().toList();
    return byPlace.computeIfAbsent(
        new Place(cluster.placeOf(firstDevice, devices(sizes)), key),
        place -> arrange(place, sizes));
  }

  private static int devices(int[] sizes) {
    return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
  }

  /**
   * The mesh of the given axis sizes on hosts of the given kinds whose groups each lie as well as
   * they do at any place: no place is cheaper. Groups of equal hosts are looked at as if they went
   * on for as long as the mesh.
   */
  synchronized PricedMesh least(HostKinds kinds, int... sizes) {
    return least.computeIfAbsent(
        new Least(kinds, Arrays.stream(sizes).boxed().toList()), k -> leastOf(kinds, sizes));
  }

  private PricedMesh leastOf(HostKinds kinds, int[] sizes) {
    int devices = devices(sizes);
    List<GroupShape> groups = new ArrayList<>();
    for (int mask = 1; mask < 1 << sizes.length; mask++) {
      GroupShape best = null;
      for (HostGroup hosts : cluster.groupsInUse()) {
        int places = devices <= hosts.devicesPerHost() ? 1 : hosts.devicesPerHost();
        for (int place = 0; kinds.equals(HostKinds.of(hosts.kind())) && place < places; place++) {
          best = better(best, GroupShapes.onEqualHosts(hosts.devicesPerHost(), place, sizes, mask));
        }
      }
      for (int first : straddling(kinds, devices)) {
        best = better(best, GroupShapes.of(cluster, first, sizes, mask));
      }
      groups.add(best);
    }
    return shared(sizes, groups, kinds);
  }

  /** Where ranges of a width begin that lie on several groups, of these kinds all together. */
  private List<Integer> straddling(HostKinds kinds, int width) {
    List<Integer> firsts = new ArrayList<>();
    for (int first = 0; !cluster.isEven() && first + width <= cluster.devices(); first++) {
      if (cluster.groupOf(first) != cluster.groupOf(first + width - 1)
          && cluster.kindsOf(first, width).equals(kinds)) {
        firsts.add(first);
      }
    }
    return firsts;
  }

  private static GroupShape better(GroupShape a, GroupShape b) {
    if (a == null) {
      return b;
    }
    return new GroupShape(
        a.ranks(),
        Math.min(a.hosts(), b.hosts()),
        Math.max(a.ranksOnBusiestHost(), b.ranksOnBusiestHost()),
        Math.min(a.groupsSharingNic(), b.groupsSharingNic()));
  }

  private PricedMesh arrange(Place place, int[] sizes) {
    List<GroupShape> groups = new ArrayList<>();
    for (int mask = 1; mask < 1 << sizes.length; mask++) {
      groups.add(GroupShapes.of(cluster, place.first(), sizes, mask));
    }
    return shared(sizes, groups, cluster.kindsOf(place.first(), devices(sizes)));
  }

  private PricedMesh shared(int[] sizes, List<GroupShape> groups, HostKinds kinds) {
    return byArrangement.computeIfAbsent(
        new Arrangement(Arrays.stream(sizes).boxed().toList(), List.copyOf(groups), kinds),
        a -> {
          GroupShape[] byMask = new GroupShape[1 << sizes.length];
          for (int mask = 1; mask < byMask.length; mask++) {
            byMask[mask] = a.groups().get(mask - 1);
          }
          return new PricedMesh(sizes.clone(), byMask, kinds);
        });
  }
}
