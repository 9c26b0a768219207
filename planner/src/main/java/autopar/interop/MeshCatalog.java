package autopar.interop;

import autopar.cluster.Cluster;
import autopar.cluster.GroupShape;
import autopar.cluster.GroupShapes;
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

  private record Arrangement(List<Integer> sizes, List<GroupShape> groups) {}

  private record Place(int offsetInHost, List<Integer> sizes) {}

  private final Cluster cluster;
  private final Map<Place, PricedMesh> byPlace = new LinkedHashMap<>();
  private final Map<Arrangement, PricedMesh> byArrangement = new LinkedHashMap<>();

  /** Meshes on the devices of {@code cluster} taken in {@code order}. */
  MeshCatalog(Cluster cluster, DeviceOrder order) {
    this.cluster = cluster.withDevicesPerHost(order.column());
  }

  /** The mesh of the given axis sizes on the positions from {@code firstDevice} on. */
  synchronized PricedMesh at(int firstDevice, int... sizes) {
    List<Integer> key = Arrays.stream(sizes).boxed().toList();
    return byPlace.computeIfAbsent(
        new Place(firstDevice % cluster.devicesPerHost(), key), place -> arrange(place, sizes));
  }

  /**
   * The mesh of the given axis sizes whose groups each lie as well as they do at any place: no
   * place is cheaper.
   */
  synchronized PricedMesh least(int... sizes) {
    int devices = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    if (devices <= cluster.devicesPerHost()) {
      return at(0, sizes);
    }
    List<GroupShape> groups = new ArrayList<>();
    for (int mask = 1; mask < 1 << sizes.length; mask++) {
      GroupShape least = null;
      for (int place = 0; place < cluster.devicesPerHost(); place++) {
        GroupShape here = GroupShapes.of(cluster, place, sizes, mask);
        least = least == null ? here : better(least, here);
      }
      groups.add(least);
    }
    return shared(sizes, groups);
  }

  private static GroupShape better(GroupShape a, GroupShape b) {
    return new GroupShape(
        a.ranks(),
        Math.min(a.hosts(), b.hosts()),
        Math.max(a.ranksOnBusiestHost(), b.ranksOnBusiestHost()),
        Math.min(a.groupsSharingNic(), b.groupsSharingNic()));
  }

  private PricedMesh arrange(Place place, int[] sizes) {
    List<GroupShape> groups = new ArrayList<>();
    for (int mask = 1; mask < 1 << sizes.length; mask++) {
      groups.add(GroupShapes.of(cluster, place.offsetInHost(), sizes, mask));
    }
    return shared(sizes, groups);
  }

  private PricedMesh shared(int[] sizes, List<GroupShape> groups) {
    return byArrangement.computeIfAbsent(
        new Arrangement(Arrays.stream(sizes).boxed().toList(), List.copyOf(groups)),
        a -> {
          GroupShape[] byMask = new GroupShape[1 << sizes.length];
          for (int mask = 1; mask < byMask.length; mask++) {
            byMask[mask] = a.groups().get(mask - 1);
          }
          return new PricedMesh(sizes.clone(), byMask);
        });
  }
}
