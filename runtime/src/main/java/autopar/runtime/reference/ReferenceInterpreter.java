package autopar.runtime.reference;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Value;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.CrossEntropyGrad;
import autopar.ir.op.FactorRules;
import autopar.ir.op.Op;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.runtime.CounterRandom;
import autopar.runtime.Placement;
import autopar.sharding.Factor;
import autopar.training.TrainingBody;
import autopar.training.TrainingNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * Runs bodies forward and backward, one micro-batch at a time.
 *
 * <p>Backward reads nothing but what a {@link TrainingBody} says is there: parameters, arguments
 * that are not activations, saved values, and incoming gradients.
 *
 * @param batch samples in the micro-batch
 * @param firstSample index of its first sample in the step
 * @param key of the dropout masks of the step
 * @param names the name of a node in the whole model, by which its mask is drawn
 * @param labels what a cross-entropy divides by, by the id of its labels in the body; empty where
 *     it counts them itself
 */
public record ReferenceInterpreter(
    long batch,
    long firstSample,
    long key,
    UnaryOperator<String> names,
    IntFunction<OptionalDouble> labels) {

  /** A micro-batch that is a step by itself, of a body that is a model by itself. */
  public ReferenceInterpreter(long batch, long key) {
    this(batch, 0, key, UnaryOperator.identity(), labels -> OptionalDouble.empty());
  }

  /** All values of a body by id, given its arguments and parameters by id. */
  public Map<Integer, Tensor> forward(Body body, Map<Integer, Tensor> given) {
    Map<Integer, Tensor> values = new HashMap<>(given);
    for (Node node : body.nodes()) {
      run(
          node.name(),
          node.name(),
          node.op(),
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
      String origin =
          node.origin() < 0 ? node.name() : body.forward().nodes().get(node.origin()).name();
      run(node.name(), origin, node.op(), node.operands(), node.results(), values, body.values());
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
      String origin,
      Op op,
      List<Integer> operands,
      List<Integer> results,
      Map<Integer, Tensor> values,
      List<Value> declared) {
    List<Tensor> in = operands.stream().map(o -> read(name, values, declared.get(o))).toList();
    List<int[]> shapes = results.stream().map(r -> shape(declared.get(r).type())).toList();
    boolean counts = op instanceof CrossEntropy || op instanceof CrossEntropyGrad;
    Placement placement =
        new Placement(
            offsets(op, types(operands, declared), types(results, declared)),
            Map.of(),
            1,
            counts ? labels.apply(operands.get(1)) : OptionalDouble.empty(),
            CounterRandom.key(key, names.apply(origin)));
    List<Tensor> out = ReferenceKernels.run(op, in, shapes, placement);
    for (int i = 0; i < out.size(); i++) {
      values.put(results.get(i), out.get(i));
    }
  }

  /** Loops over samples begin at the first one of the micro-batch. */
  private Map<String, Integer> offsets(Op op, List<TensorType> operands, List<TensorType> results) {
    Map<String, Integer> offsets = new HashMap<>();
    if (firstSample > 0) {
      for (Factor factor : FactorRules.of(op, operands, results).factors()) {
        if (factor.extent().batched()) {
          offsets.put(factor.name(), Math.toIntExact(factor.extent().at(firstSample)));
        }
      }
    }
    return offsets;
  }

  private static List<TensorType> types(List<Integer> ids, List<Value> declared) {
    return ids.stream().map(id -> declared.get(id).type()).toList();
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
