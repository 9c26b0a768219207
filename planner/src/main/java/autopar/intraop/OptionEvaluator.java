package autopar.intraop;

import autopar.ir.graph.Node;
import autopar.ir.type.TensorType;
import autopar.strategy.AxisCode;
import autopar.training.RecomputeMode;

/**
 * Adds up the price of a choice of strategies, without any search: the solver's answers pass here.
 */
final class OptionEvaluator {

  private final LayerProblem problem;
  private final BodyStructure structure;

  OptionEvaluator(LayerProblem problem) {
    this.problem = problem;
    this.structure = problem.structure();
  }

  /** Prices {@code choice}, one strategy per variable; linear in the body. */
  LayerOption evaluate(int[] choice) {
    int modes = LayerProblem.modes().length;
    double forwardCompute = 0;
    double forwardCommunication = 0;
    double backwardCompute = 0;
    double backwardCommunication = 0;
    double[] recomputeCompute = new double[modes];
    double[] recomputeCommunication = new double[modes];
    double[] saved = new double[modes];
    double largest = 0;
    for (Node node : structure.body().nodes()) {
      int i = node.id();
      int s = choice[i];
      forwardCompute += problem.forward[i][s];
      forwardCommunication += problem.forwardStatistics[i][s];
      backwardCompute += problem.backward[i][s];
      backwardCommunication += problem.backwardStatistics[i][s];
      largest = Math.max(largest, problem.transientBytes[i][s]);
      for (RecomputeMode mode : LayerProblem.modes()) {
        saved[mode.ordinal()] += problem.savedBytes(mode, node, s);
        if (structure.recomputes(mode, i)) {
          recomputeCompute[mode.ordinal()] += problem.forward[i][s];
          recomputeCommunication[mode.ordinal()] += problem.forwardStatistics[i][s];
        }
      }
    }
    for (int e = 0; e < problem.edges.length; e++) {
      BodyStructure.Edge edge = structure.edges().get(e);
      LayerProblem.EdgePrices prices = problem.edges[e];
      int from = prices.fromClass()[choice[edge.from()]];
      int to = prices.toClass()[choice[edge.to()]];
      double there = prices.forward()[from][to];
      forwardCommunication += there;
      backwardCommunication += prices.backward()[from][to];
      for (RecomputeMode mode : LayerProblem.modes()) {
        if (structure.repeats(mode, e)) {
          recomputeCommunication[mode.ordinal()] += there;
        }
      }
    }
    addArguments(choice, saved);
    double[] trainable = new double[8];
    double[] tied = new double[8];
    double[] scattered = new double[8];
    double[] tiedScattered = new double[8];
    double frozen = addParameters(choice, trainable, tied, scattered, tiedScattered);
    double[] transients = new double[modes];
    for (int m = 0; m < modes; m++) {
      transients[m] = largest + Math.max(0, saved[0] - saved[m]);
    }
    return new LayerOption(
        choice[structure.boundary()],
        choice.clone(),
        forwardCompute,
        forwardCommunication,
        backwardCompute,
        backwardCommunication,
        recomputeCompute,
        recomputeCommunication,
        saved,
        transients,
        trainable,
        tied,
        scattered,
        tiedScattered,
        frozen);
  }

  private void addArguments(int[] choice, double[] saved) {
    int code = problem.boundaryCodes()[choice[structure.boundary()]];
    for (int value : structure.body().arguments()) {
      TensorType type = structure.body().value(value).type();
      for (RecomputeMode mode : LayerProblem.modes()) {
        if (structure.saves(mode, value) && type.batched()) {
          saved[mode.ordinal()] += problem.localBytes(type, BoundaryCodes.on(code, type));
        }
      }
    }
  }

  private double addParameters(
      int[] choice, double[] trainable, double[] tied, double[] scattered, double[] tiedScattered) {
    double frozen = 0;
    for (BodyStructure.ParameterUse use : structure.parameters()) {
      TensorType type = structure.body().value(use.value()).type();
      int s = choice[use.node()];
      long[] shard = localShape(type, problem.strategies[use.node()].operand()[s][use.operand()]);
      double elements = product(shard);
      if (!use.trainable()) {
        frozen += elements;
        continue;
      }
      int mask =
          AxisCode.partialAxes(problem.strategies[use.node()].operandGradient()[s][use.operand()]);
      double part = scattered(shard, elements, problem.mesh().span(mask));
      trainable[mask] += elements;
      scattered[mask] += part;
      if (use.tied()) {
        tied[mask] += elements;
        tiedScattered[mask] += part;
      }
    }
    return frozen;
  }

  /** Elements of a shard that is split once more along its longest dimension, as plans do. */
  private static double scattered(long[] shard, double elements, int parts) {
    long longest = 1;
    for (long size : shard) {
      longest = Math.max(longest, size);
    }
    return elements / longest * Math.ceilDiv(longest, (long) parts);
  }

  private long[] localShape(TensorType type, int code) {
    long[] shape = new long[type.rank()];
    for (int d = 0; d < shape.length; d++) {
      long parts = 1;
      for (int axis = 0; axis < problem.mesh().axes(); axis++) {
        if (AxisCode.at(code, axis) == d) {
          parts *= problem.mesh().sizes()[axis];
        }
      }
      shape[d] = Math.ceilDiv(type.shape().get(d).count(), parts);
    }
    return shape;
  }

  private static double product(long[] shape) {
    double elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    return elements;
  }
}
