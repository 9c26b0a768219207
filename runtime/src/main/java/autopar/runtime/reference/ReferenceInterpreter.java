package autopar.runtime.reference;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Value;
import autopar.ir.op.Op;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.runtime.Placement;
import autopar.training.TrainingBody;
import autopar.training.TrainingNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs bodies forward and backward, one micro-batch at a time.
 *
 * <p>Backward reads nothing but what a {@link TrainingBody} says is there: parameters, arguments
 * that are not activations, saved values, and incoming gradients.
 *
 * @param batch samples in the micro-batch
 * @param seed of the dropout masks
 */
public record ReferenceInterpreter(long batch, long seed) {

  /** All values of a body by id, given its arguments and parameters by id. */
  public Map<Integer, Tensor> forward(Body body, Map<Integer, Tensor> given) {
    Map<Integer, Tensor> values = new HashMap<>(given);
    for (Node node : body.nodes()) {
      run(
          node.name(),
          node.op(),
          node.id(),
          node.operands(),
          node.results(),
          values,
          body.values());
    }
    return values;
  }

  /**
   * The values of the backward phase by id.
   *
   * @param given parameters, shared arguments, saved values and incoming gradients by id
   */
  public Map<Integer, Tensor> backward(TrainingBody body, Map<Integer, Tensor> given) {
    Map<Integer, Tensor> values = new HashMap<>(given);
    for (TrainingNode node : body.backward()) {
      run(
          node.name(),
          node.op(),
          node.origin(),
          node.operands(),
          node.results(),
          values,
          body.values());
    }
    return values;
  }

  /** What backward may read of a forward pass: parameters, shared arguments and saved values. */
  public Map<Integer, Tensor> kept(TrainingBody body, Map<Integer, Tensor> forward) {
    Map<Integer, Tensor> kept = new HashMap<>();
    body.forward().parameters().forEach(p -> keep(p.value().id(), forward, kept));
    body.forward().arguments().stream()
        .filter(a -> !body.forward().value(a).type().batched())
        .forEach(a -> keep(a, forward, kept));
    body.saved().forEach(v -> keep(v, forward, kept));
    return kept;
  }

  private static void keep(int value, Map<Integer, Tensor> from, Map<Integer, Tensor> to) {
    to.put(value, from.get(value));
  }

  private void run(
      String name,
      Op op,
      int origin,
      List<Integer> operands,
      List<Integer> results,
      Map<Integer, Tensor> values,
      List<Value> declared) {
    List<Tensor> in = operands.stream().map(o -> read(name, values, declared.get(o))).toList();
    List<int[]> shapes = results.stream().map(r -> shape(declared.get(r).type())).toList();
    List<Tensor> out =
        ReferenceKernels.run(op, in, shapes, Placement.whole(seed * 1_000_003 + origin));
    for (int i = 0; i < out.size(); i++) {
      values.put(results.get(i), out.get(i));
    }
  }

  private static Tensor read(String node, Map<Integer, Tensor> values, Value value) {
    Tensor tensor = values.get(value.id());
    if (tensor == null) {
      throw new CompilerBug("ReferenceInterpreter", node, value.name() + " is not there");
    }
    return tensor;
  }

  /** The shape of a value of {@code type} in this micro-batch. */
  public int[] shape(TensorType type) {
    return type.shape().stream()
        .mapToLong((Extent e) -> e.at(batch))
        .mapToInt(Math::toIntExact)
        .toArray();
  }
}
