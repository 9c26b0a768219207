package autopar.intraop;

import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.RmsNorm;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the factors that only sequence parallelism splits: dimension 1 of every batched argument,
 * followed through the nodes by factor, and the features that norms reduce over (splitting these
 * saves the same as splitting the sequence). Megatron's sequence parallelism is a mesh axis on such
 * a factor.
 */
final class SequenceFactors {

  private SequenceFactors() {}

  /** Per node and factor: true when only sequence parallelism splits it. Linear in the body. */
  static boolean[][] of(Body body, FactorRule[] rules) {
    int[] sequenceDim = new int[body.values().size()];
    Arrays.fill(sequenceDim, -1);
    for (int argument : body.arguments()) {
      TensorType type = body.value(argument).type();
      if (type.rank() >= 2 && type.shape().get(0).batched()) {
        sequenceDim[argument] = 1;
      }
    }
    boolean[][] marked = new boolean[rules.length][];
    for (Node node : body.nodes()) {
      FactorRule rule = rules[node.id()];
      boolean[] mark = new boolean[rule.factors().size()];
      for (int k = 0; k < node.operands().size(); k++) {
        int dim = sequenceDim[node.operands().get(k)];
        if (dim >= 0 && dim < rule.operands().get(k).size()) {
          List<Integer> factors = rule.operands().get(k).get(dim);
          if (!factors.isEmpty()) {
            mark[factors.get(0)] = true;
          }
        }
      }
      for (int r = 0; r < node.results().size(); r++) {
        List<List<Integer>> dims = rule.results().get(r);
        for (int d = dims.size() - 1; d >= 0; d--) {
          if (!dims.get(d).isEmpty() && mark[dims.get(d).get(0)]) {
            sequenceDim[node.results().get(r)] = d;
          }
        }
      }
      marked[node.id()] = mark.clone();
      if (node.op() instanceof LayerNorm || node.op() instanceof RmsNorm) {
        for (int f = 0; f < mark.length; f++) {
          marked[node.id()][f] |= rule.factors().get(f).kind() == FactorKind.INTERNAL_REDUCTION;
        }
      }
    }
    return marked;
  }
}
