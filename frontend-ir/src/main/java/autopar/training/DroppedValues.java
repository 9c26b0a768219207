package autopar.training;

import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Parameter;
import autopar.ir.op.Affine;
import autopar.ir.op.Attention;
import autopar.ir.op.Binary;
import autopar.ir.op.Dropout;
import autopar.ir.op.Einsum;
import autopar.ir.op.Reshape;
import autopar.ir.op.Softmax;
import java.util.BitSet;

/** Which forward values each recompute mode makes again instead of keeping. */
final class DroppedValues {

  private DroppedValues() {}

  static BitSet of(TrainingBody body, RecomputeMode mode) {
    BitSet dropped = freeToMakeAgain(body);
    switch (mode) {
      case NONE -> {}
      case SELECTIVE -> dropped.or(attentionCore(body.forward()));
      case FULL -> body.forward().nodes().forEach(n -> n.results().forEach(dropped::set));
    }
    return dropped;
  }

  /** Constants (ops without operands) and views of values that are kept anyway. */
  static BitSet freeToMakeAgain(TrainingBody body) {
    BitSet read = new BitSet();
    body.backward().forEach(n -> n.operands().forEach(read::set));
    BitSet dropped = new BitSet();
    BitSet available = new BitSet();
    body.forward().arguments().forEach(available::set);
    for (Parameter p : body.forward().parameters()) {
      available.set(p.value().id());
      read.set(p.value().id());
    }
    for (Node node : body.forward().nodes()) {
      if (node.operands().isEmpty()) {
        node.results().forEach(dropped::set);
        continue;
      }
      int source = node.operands().get(0);
      boolean sourceStays = available.get(source) && read.get(source);
      if (node.op() instanceof Reshape && (sourceStays || dropped.get(source))) {
        node.results().forEach(dropped::set);
      } else {
        node.results().forEach(available::set);
      }
    }
    return dropped;
  }

  /**
   * Fused attention, or its pieces: the product that makes the scores and what follows up to the
   * dropout of the probabilities (section 5 of arXiv:2205.05198; the product with the values is the
   * input of the next layer and stays).
   */
  private static BitSet attentionCore(Body body) {
    BitSet core = new BitSet();
    BitSet activations = activations(body);
    Node[] producer = new Node[body.values().size()];
    body.nodes().forEach(n -> n.results().forEach(r -> producer[r] = n));
    BitSet probabilities = probabilities(body, producer);
    for (Node node : body.nodes()) {
      if (node.op() instanceof Attention) {
        node.results().forEach(core::set);
      } else if (probabilities.get(node.results().get(0))) {
        node.results().forEach(core::set);
        dropScores(node.operands().get(0), producer, activations, core);
      } else if (node.op() instanceof Dropout && core.get(node.operands().get(0))) {
        node.results().forEach(core::set);
      }
    }
    return core;
  }

  /** Values that depend on an argument: a product of two of them is no product with weights. */
  private static BitSet activations(Body body) {
    BitSet activations = new BitSet();
    body.arguments().stream().filter(a -> body.value(a).type().batched()).forEach(activations::set);
    for (Node node : body.nodes()) {
      if (node.operands().stream().anyMatch(activations::get)) {
        node.results().forEach(activations::set);
      }
    }
    return activations;
  }

  /**
   * Softmax results that are multiplied by values, perhaps after dropout: walking back from every
   * product through dropouts.
   */
  private static BitSet probabilities(Body body, Node[] producer) {
    BitSet probabilities = new BitSet();
    for (Node node : body.nodes()) {
      if (node.op() instanceof Einsum) {
        for (int operand : node.operands()) {
          Node source = producer[operand];
          if (source != null && source.op() instanceof Dropout) {
            source = producer[source.operands().get(0)];
          }
          if (source != null && source.op() instanceof Softmax) {
            probabilities.set(source.results().get(0));
          }
        }
      }
    }
    return probabilities;
  }

  private static void dropScores(int value, Node[] producer, BitSet activations, BitSet core) {
    Node node = producer[value];
    if (node == null) {
      return;
    }
    boolean product =
        node.op() instanceof Einsum
            && node.operands().size() == 2
            && node.operands().stream().allMatch(activations::get);
    boolean between =
        node.op() instanceof Binary || node.op() instanceof Affine || node.op() instanceof Reshape;
    if (product || between) {
      node.results().forEach(core::set);
    }
    if (between) {
      node.operands().stream()
          .filter(activations::get)
          .forEach(o -> dropScores(o, producer, activations, core));
    }
  }
}
