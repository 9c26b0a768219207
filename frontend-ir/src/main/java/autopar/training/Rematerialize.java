package autopar.training;

import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Rewrites a backward pass so that it makes dropped forward values again: copies of their nodes,
 * each right before its first reader, and only where something reads them.
 */
final class Rematerialize {

  private final Body forward;
  private final BitSet dropped;
  private final Node[] producer;
  private final List<Value> values;
  private final List<TrainingNode> backward = new ArrayList<>();

  /** Forward value to the value that holds it again, or -1. */
  private final int[] again;

  private final BitSet saved = new BitSet();

  /** Arguments that do not grow with the batch are parameters or made of them: no activations. */
  private final BitSet microBatchArguments = new BitSet();

  private Rematerialize(TrainingBody body, BitSet dropped) {
    this.forward = body.forward();
    this.dropped = dropped;
    this.values = new ArrayList<>(body.values());
    this.producer = new Node[forward.values().size()];
    this.again = new int[forward.values().size()];
    Arrays.fill(again, -1);
    forward.nodes().forEach(n -> n.results().forEach(r -> producer[r] = n));
    forward.arguments().stream()
        .filter(a -> forward.value(a).type().batched())
        .forEach(microBatchArguments::set);
  }

  /**
   * {@code body} (in which nothing is recomputed) with the values in {@code dropped} made again.
   */
  static TrainingBody dropping(TrainingBody body, RecomputeMode mode, BitSet dropped) {
    Rematerialize pass = new Rematerialize(body, dropped);
    for (TrainingNode node : body.backward()) {
      List<Integer> operands = new ArrayList<>();
      for (int operand : node.operands()) {
        operands.add(pass.available(operand));
      }
      pass.backward.add(
          new TrainingNode(node.name(), node.op(), node.origin(), false, operands, node.results()));
    }
    return new TrainingBody(
        body.forward(),
        mode,
        pass.values,
        pass.backward,
        pass.saved.stream().boxed().toList(),
        body.resultGradients(),
        body.argumentGradients(),
        body.parameterGradients());
  }

  /** The value that backward reads for {@code value}. */
  private int available(int value) {
    if (value >= forward.values().size()) {
      return value;
    }
    if (!dropped.get(value) || producer[value] == null) {
      if (producer[value] != null || microBatchArguments.get(value)) {
        saved.set(value);
      }
      return value;
    }
    if (again[value] < 0) {
      makeAgain(producer[value]);
    }
    return again[value];
  }

  private void makeAgain(Node node) {
    List<Integer> operands = new ArrayList<>();
    for (int operand : node.operands()) {
      operands.add(available(operand));
    }
    List<Integer> results = new ArrayList<>();
    for (int result : node.results()) {
      Value value = forward.value(result);
      again[result] = values.size();
      results.add(values.size());
      values.add(new Value(values.size(), "again(" + value.name() + ")", value.type()));
    }
    backward.add(
        new TrainingNode(
            "again(" + node.name() + ")", node.op(), node.id(), true, operands, results));
  }
}
