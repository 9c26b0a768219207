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

  private PricedMesh arrange(Place place, int[] sizes) {
    List<GroupShape> groups = new ArrayList<>();
    for (int mask = 1; mask < 1 << sizes.length; mask++) {
      groups.add(GroupShapes.of(cluster, place.offsetInHost(), sizes, mask));
    }
    return byArrangement.computeIfAbsent(
        new Arrangement(place.sizes(), List.copyOf(groups)),
        a -> {
          GroupShape[] byMask = new GroupShape[1 << sizes.length];
          for (int mask = 1; mask < byMask.length; mask++) {
            byMask[mask] = a.groups().get(mask - 1);
          }
          return new PricedMesh(sizes.clone(), byMask);
        });
  }
}
