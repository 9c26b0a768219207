package autopar.plan;

import java.util.List;

/**
 * What one group of devices does.
 *
 * <p>{@code layers} has one range per virtual stage. {@code devices} are ranks in the row-major
 * order of {@code mesh}. {@code zero} is the ZeRO stage (0 to 3).
 */
public record StagePlan(
    int index,
    List<LayerRange> layers,
    List<String> layerNames,
    List<Integer> devices,
    List<MeshAxis> mesh,
    int zero,
    RecomputeCounts recompute,
    OffloadPlan offload,
    StagePrediction predicted) {

  public StagePlan {
    layers = List.copyOf(layers);
    layerNames = List.copyOf(layerNames);
    devices = List.copyOf(devices);
    mesh = List.copyOf(mesh);
  }

  /** Number of layers over all virtual stages. */
  public int layerCount() {
    return layers.stream().mapToInt(LayerRange::size).sum();
  }

  /** Size of the mesh axis called {@code name}, 1 if there is none. */
  public int axisSize(String name) {
    return mesh.stream()
        .filter(a -> a.name().equals(name))
        .mapToInt(MeshAxis::size)
        .findFirst()
        .orElse(1);
  }
}
