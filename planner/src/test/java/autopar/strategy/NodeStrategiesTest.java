package autopar.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.op.CrossEntropy;
import autopar.ir.op.Einsum;
import autopar.ir.op.Embedding;
import autopar.ir.op.FactorRules;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.Op;
import autopar.ir.op.ShapeRules;
import autopar.ir.op.Shapes;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeStrategiesTest {

  private static final Extent BATCH = Extent.batch(1);
  private static final TensorType X = real(BATCH, Extent.of(16), Extent.of(64));
  private static final TensorType IDS =
      new TensorType(ElementType.INT32, List.of(BATCH, Extent.of(16)));
  private static final int PARTIAL = AxisCode.PARTIAL;
  private static final int WHOLE = AxisCode.REPLICATED;

  private static TensorType real(Extent... dims) {
    return new TensorType(ElementType.REAL, List.of(dims));
  }

  private static FactorRule rule(Op op, TensorType... operands) {
    Shapes.Ok shapes = (Shapes.Ok) ShapeRules.infer(op, List.of(operands));
    return FactorRules.of(op, List.of(operands), shapes.results());
  }

  private static NodeStrategies strategies(FactorRule rule, int[] sizes, AxisUse use) {
    return NodeStrategies.of(rule, sizes, 8, use, new boolean[rule.factors().size()], -1);
  }

  /** What axis 0 of a mesh of one axis does under the strategy that gives it {@code factor}. */
  private static List<Integer> codes(FactorRule rule, String factor) {
    NodeStrategies all = strategies(rule, new int[] {4}, AxisUse.FREE);
    for (int s = 0; s < all.count(); s++) {
      if (all.factorOfAxis()[s][0] == rule.indexOf(factor)) {
        List<Integer> codes = new ArrayList<>();
        for (int[][] tensors : List.of(all.operand(), all.operandGradient(), all.result())) {
          for (int code : tensors[s]) {
            codes.add(AxisCode.at(code, 0));
          }
        }
        return codes;
      }
    }
    throw new AssertionError("no strategy splits " + factor);
  }

  @Test
  void productsSplitByColumnByRowAndByBatch() {
    FactorRule rule = rule(Einsum.of("bsh,hf->bsf"), X, real(Extent.of(64), Extent.of(128)));
    // operands x, w; their gradients; result
    assertThat(codes(rule, "f")).containsExactly(WHOLE, 1, PARTIAL, 1, 2);
    assertThat(codes(rule, "h")).containsExactly(2, 0, 2, 0, PARTIAL);
    assertThat(codes(rule, "b")).containsExactly(0, WHOLE, 0, PARTIAL, 0);
    assertThat(codes(rule, "s")).containsExactly(1, WHOLE, 1, PARTIAL, 1);
    NodeStrategies none = strategies(rule, new int[] {4}, AxisUse.FREE);
    assertThat(none.count()).isEqualTo(5);
    assertThat(List.of(none.factorOfAxis())).anyMatch(factors -> factors[0] == -1);
  }

  @Test
  void normsSplitByRowsAndByFeatures() {
    TensorType features = real(Extent.of(64));
    FactorRule rule = rule(new LayerNorm(1e-5), X, features, features);
    List<Integer> rows =
        codes(rule, rule.factors().get(rule.results().get(0).get(1).get(0)).name());
    assertThat(rows).startsWith(1, WHOLE, WHOLE, 1, PARTIAL, PARTIAL, 1);
    String feature = rule.factors().get(rule.results().get(0).get(2).get(0)).name();
    assertThat(codes(rule, feature)).startsWith(2, 0, 0, 2, 0, 0, 2);
  }

  @Test
  void embeddingsSplitByVocabulary() {
    FactorRule rule = rule(new Embedding(), real(Extent.of(512), Extent.of(64)), IDS);
    String vocabulary = rule.factors().get(rule.operands().get(0).get(0).get(0)).name();
    List<Integer> codes = codes(rule, vocabulary);
    assertThat(codes.get(0)).as("table").isZero();
    assertThat(codes.get(1)).as("ids").isEqualTo(WHOLE);
    assertThat(codes.get(2)).as("gradient of the table").isZero();
    assertThat(codes.getLast()).as("rows").isEqualTo(PARTIAL);
  }

  @Test
  void crossEntropyReducesTheVocabularyItself() {
    FactorRule rule = rule(new CrossEntropy(), real(BATCH, Extent.of(16), Extent.of(512)), IDS);
    String vocabulary = rule.factors().get(rule.operands().get(0).get(2).get(0)).name();
    List<Integer> codes = codes(rule, vocabulary);
    assertThat(codes.get(0)).isEqualTo(2);
    assertThat(codes.get(codes.size() - rule.results().size())).as("loss").isEqualTo(WHOLE);
    String rows = rule.factors().get(rule.operands().get(0).get(0).get(0)).name();
    List<Integer> byRows = codes(rule, rows);
    assertThat(byRows.get(byRows.size() - rule.results().size())).as("loss").isEqualTo(PARTIAL);
  }

  @Test
  void theDataAxisSplitsTheBatchAndNothingElse() {
    FactorRule rule = rule(Einsum.of("bsh,hf->bsf"), X, real(Extent.of(64), Extent.of(128)));
    NodeStrategies all = strategies(rule, new int[] {2, 4}, AxisUse.DATA_FIRST);
    for (int s = 0; s < all.count(); s++) {
      assertThat(all.factorOfAxis()[s][0]).isEqualTo(rule.indexOf("b"));
    }
    assertThat(all.count()).isEqualTo(5);
    NodeStrategies megatron =
        NodeStrategies.of(
            rule,
            new int[] {2, 4},
            8,
            new AxisUse(true, Optional.of(false)),
            new boolean[] {false, true, false, false},
            -1);
    for (int[] factors : megatron.factorOfAxis()) {
      assertThat(factors[1]).isNotEqualTo(rule.indexOf("b"));
    }
  }

  @Test
  void axesDoNotSplitWhatIsTooShort() {
    FactorRule rule = rule(Einsum.of("bsh,hf->bsf"), X, real(Extent.of(64), Extent.of(3)));
    NodeStrategies all = strategies(rule, new int[] {4, 4}, AxisUse.FREE);
    for (int s = 0; s < all.count(); s++) {
      int[] factors = all.factorOfAxis()[s];
      assertThat(factors).doesNotContain(rule.indexOf("f"));
      assertThat(factors[0] == rule.indexOf("b") && factors[1] == rule.indexOf("b"))
          .as("16 shards of a batch of 8")
          .isFalse();
    }
    // b, s, h or nothing on both axes, but for the batch on both.
    assertThat(all.count()).isEqualTo(15);
  }

  @Test
  void tiedOperandsAreSplitAlike() {
    FactorRule rule = rule(Einsum.of("bsh,vh->bsv"), X, real(Extent.of(512), Extent.of(64)));
    NodeStrategies all =
        NodeStrategies.of(
            rule, new int[] {2, 4}, 8, AxisUse.DATA_FIRST, new boolean[rule.factors().size()], 1);
    assertThat(all.count()).isEqualTo(1);
    assertThat(AxisCode.at(all.operand()[0][1], 1)).isZero();
    assertThat(AxisCode.at(all.operandGradient()[0][1], 0)).isEqualTo(PARTIAL);
  }
}
