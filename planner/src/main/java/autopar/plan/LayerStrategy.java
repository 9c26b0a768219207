package autopar.plan;

import autopar.training.RecomputeMode;
import java.util.List;

/**
 * How equal layers of a stage run: everything that the lowering of their bodies needs to know.
 *
 * <p>The layers are the instances {@code instances} of section {@code section} of the model's
 * graph, a repeat of {@code block} (or instance 0 of straight code, where it is empty), in chunk
 * {@code chunk} of stage {@code stage}. {@code boundary} says per axis of the stage's mesh which
 * dimension it splits of every batched value that enters or leaves a layer (axes on dimensions that
 * a value lacks are unused), or -1.
 */
public record LayerStrategy(
    int stage,
    int chunk,
    int section,
    String block,
    LayerRange instances,
    RecomputeMode recompute,
    List<Integer> boundary,
    List<NodeStrategy> nodes,
    List<HubStrategy> hubs) {

  /**
   * How one node is split: per axis of the mesh the name of the factor that the axis is assigned
   * to, empty where it repeats the work. Gradient and recomputed nodes follow their origin.
   */
  public record NodeStrategy(String node, List<String> factors) {
    public NodeStrategy {
      factors = List.copyOf(factors);
    }
  }

  /**
   * How a value with several readers lies for all of them ({@code sharding}), and how the sum of
   * their gradients lies ({@code gradient}, {@code partial}) before its maker takes it.
   */
  public record HubStrategy(
      String value,
      List<List<String>> sharding,
      List<List<String>> gradient,
      List<String> partial) {
    public HubStrategy {
      sharding = sharding.stream().map(List::copyOf).toList();
      gradient = gradient.stream().map(List::copyOf).toList();
      partial = List.copyOf(partial);
    }
  }

  public LayerStrategy {
    boundary = List.copyOf(boundary);
    nodes = List.copyOf(nodes);
    hubs = List.copyOf(hubs);
  }

  /** Is this a strategy of layers, not of the code around them? */
  public boolean layered() {
    return !block.isEmpty();
  }
}
