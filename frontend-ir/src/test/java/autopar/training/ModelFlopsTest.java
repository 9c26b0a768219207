package autopar.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.ir.graph.Body;
import autopar.ir.graph.Value;
import autopar.ir.op.FactorRules;
import autopar.ir.op.Op;
import autopar.ir.op.OpWork;
import autopar.ir.op.UnaryKind;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Model FLOPs of a layer against appendix A of arXiv:2104.04473: 24 b s h^2 + 4 b s^2 h forward and
 * twice that backward, with fused and with unfused attention.
 */
final class ModelFlopsTest {

  private static final long S = 2048;
  private static final long H = 6144;
  private static final long BATCH = 3;
  private static final double FORWARD = 24.0 * BATCH * S * H * H + 4.0 * BATCH * S * S * H;

  @Test
  void fusedLayer() {
    check(TransformerLayers.gpt(S, H, 64, UnaryKind.GELU, 0));
  }

  @Test
  void unfusedLayer() {
    check(LowerAttention.unfused(TransformerLayers.gpt(S, H, 64, UnaryKind.GELU, 0.1)));
  }

  private static void check(Body body) {
    TrainingBody training = Differentiate.body(body);
    double forward =
        body.nodes().stream()
            .mapToDouble(n -> flops(n.op(), n.operands(), n.results(), training.values()))
            .sum();
    double backward =
        training.backward().stream()
            .filter(n -> !n.recomputed())
            .mapToDouble(n -> flops(n.op(), n.operands(), n.results(), training.values()))
            .sum();
    assertThat(forward).isCloseTo(FORWARD, within(1e-9 * FORWARD));
    assertThat(backward).isCloseTo(2 * FORWARD, within(1e-9 * FORWARD));
  }

  private static double flops(
      Op op, List<Integer> operands, List<Integer> results, List<Value> values) {
    List<TensorType> in = operands.stream().map(o -> values.get(o).type()).toList();
    List<TensorType> out = results.stream().map(r -> values.get(r).type()).toList();
    FactorRule rule = FactorRules.of(op, in, out);
    long[] sizes = rule.factors().stream().mapToLong(f -> f.extent().at(BATCH)).toArray();
    return OpWork.of(op, rule, sizes).modelFlops();
  }
}
