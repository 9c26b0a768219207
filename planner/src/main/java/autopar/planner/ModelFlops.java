package autopar.planner;

import autopar.ir.graph.Body;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Node;
import autopar.ir.graph.Value;
import autopar.ir.op.FactorRules;
import autopar.ir.op.Op;
import autopar.ir.op.OpWork;
import autopar.sharding.FactorRule;
import autopar.training.TrainingBody;
import autopar.training.TrainingGraph;
import autopar.training.TrainingNode;
import java.util.List;

/**
 * Model FLOPs of one sample: products only, attention not cut by causality, recomputation not
 * counted.
 */
public final class ModelFlops {

  private ModelFlops() {}

  /** Forward operations of one sample. */
  public static double forwardPerSample(Graph graph) {
    double flops = 0;
    for (var section : graph.sections()) {
      flops += Math.max(1, section.layers()) * forward(section.body());
    }
    return flops;
  }

  /** Forward and backward operations of one sample. */
  public static double trainingPerSample(TrainingGraph training) {
    double flops = 0;
    for (int s = 0; s < training.sections().size(); s++) {
      TrainingBody body = training.sections().get(s);
      double own = forward(body.forward());
      for (TrainingNode node : body.backward()) {
        own += flops(node.op(), node.operands(), node.results(), body.values());
      }
      flops += Math.max(1, training.graph().sections().get(s).layers()) * own;
    }
    return flops;
  }

  private static double forward(Body body) {
    double flops = 0;
    for (Node node : body.nodes()) {
      flops += flops(node.op(), node.operands(), node.results(), body.values());
    }
    return flops;
  }

  private static double flops(
      Op op, List<Integer> operands, List<Integer> results, List<Value> values) {
    FactorRule rule =
        FactorRules.of(
            op,
            operands.stream().map(v -> values.get(v).type()).toList(),
            results.stream().map(v -> values.get(v).type()).toList());
    long[] sizes = rule.factors().stream().mapToLong(f -> f.extent().at(1)).toArray();
    return OpWork.of(op, rule, sizes).modelFlops();
  }
}
