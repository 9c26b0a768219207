package autopar.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bytes per category on the first device of a stage, which holds the longest shard of everything.
 *
 * <p>A tensor takes the product over its dimensions of ceil(extent / devices that split it), cut
 * once more over its flat axes, times the bytes of an element; a saved activation takes that for
 * each layer and micro-batch in flight. What is offloaded takes nothing here.
 */
public record TensorBytes(long parameters, long gradients, long optimizer, long activations) {

  /**
   * Counts the tensors that {@code plan} lists on {@code stage}.
   *
   * @throws ArithmeticException if a sum exceeds 2^63 bytes
   */
  public static TensorBytes of(Plan plan, StagePlan stage) {
    return of(plan.tensors(), stage.index(), stage.mesh(), stage.offload());
  }

  /** Counts those of {@code tensors} that are on stage {@code index} with this mesh. */
  public static TensorBytes of(
      List<PlanTensor> tensors, int index, List<MeshAxis> mesh, OffloadPlan offload) {
    Map<String, Integer> sizes = new HashMap<>();
    mesh.forEach(axis -> sizes.put(axis.name(), axis.size()));
    long parameters = 0;
    long gradients = 0;
    long optimizer = 0;
    long activations = 0;
    for (PlanTensor tensor : tensors) {
      if (tensor.stage() != index) {
        continue;
      }
      long bytes = local(tensor, sizes);
      switch (tensor.kind()) {
        case PARAMETER -> parameters = Math.addExact(parameters, bytes);
        case GRADIENT -> gradients = Math.addExact(gradients, bytes);
        case OPTIMIZER -> optimizer = Math.addExact(optimizer, bytes);
        case ACTIVATION -> activations = Math.addExact(activations, held(tensor, bytes));
      }
    }
    return new TensorBytes(
        offload.parameters() == OffloadTarget.NONE ? parameters : 0,
        gradients,
        offload.optimizer() == OffloadTarget.NONE ? optimizer : 0,
        offload.activations() == OffloadTarget.NONE ? activations : 0);
  }

  private static long held(PlanTensor tensor, long bytes) {
    return tensor
        .saved()
        .map(s -> Math.multiplyExact(bytes, (long) s.layers() * s.inFlight()))
        .orElse(0L);
  }

  private static long local(PlanTensor tensor, Map<String, Integer> sizes) {
    List<List<String>> sharding = tensor.stored().orElse(tensor.sharding());
    long elements = 1;
    for (int d = 0; d < tensor.shape().size(); d++) {
      long shards = d < sharding.size() ? product(sharding.get(d), sizes) : 1;
      elements = Math.multiplyExact(elements, Math.ceilDiv(tensor.shape().get(d), shards));
    }
    elements = Math.ceilDiv(elements, product(tensor.flat(), sizes));
    return Math.multiplyExact(elements, tensor.dtype().bytes());
  }

  private static long product(List<String> axes, Map<String, Integer> sizes) {
    long product = 1;
    for (String axis : axes) {
      product = Math.multiplyExact(product, (long) sizes.getOrDefault(axis, 1));
    }
    return product;
  }
}
