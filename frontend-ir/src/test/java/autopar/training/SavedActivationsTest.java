package autopar.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.ir.graph.Body;
import autopar.ir.graph.BodyBuilder;
import autopar.ir.graph.Value;
import autopar.ir.op.AlibiBias;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Einsum;
import autopar.ir.op.Reshape;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryKind;
import autopar.ir.type.Extent;
import autopar.ir.type.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a layer keeps for backward, against table 2 of arXiv:2205.05198: s b h (34 + 5 a s / h)
 * bytes without recomputation, 34 s b h with the attention core recomputed, 2 s b h with all of it.
 */
final class SavedActivationsTest {

  private static final long S = 2048;
  private static final long H = 6144;
  private static final long A = 64;
  private static final double SBH = (double) S * H;

  @Test
  void unfusedLayerWithDropoutKeepsThePublishedBytes() {
    TrainingBody layer = Differentiate.body(unfused(0.1));
    assertThat(bytes(layer)).isCloseTo(SBH * (34 + 5.0 * A * S / H), within(0.02 * bytes(layer)));
  }

  @Test
  void withoutDropoutItsMasksAndTheDroppedProbabilitiesGo() {
    TrainingBody layer = Differentiate.body(unfused(0));
    assertThat(bytes(layer)).isCloseTo(SBH * (32 + 2.0 * A * S / H), within(1.0));
  }

  @Test
  void selectiveRecomputationKeepsThePublishedBytes() {
    TrainingBody layer =
        ApplyRecompute.to(Differentiate.body(unfused(0.1)), RecomputeMode.SELECTIVE);
    assertThat(bytes(layer)).isEqualTo(SBH * 34);
    assertThat(recomputed(layer))
        .containsExactly("again(a.scores)", "again(a.probabilities)", "again(a.dropped)");
  }

  @Test
  void fullRecomputationKeepsTheLayersInput() {
    TrainingBody layer = ApplyRecompute.to(Differentiate.body(unfused(0.1)), RecomputeMode.FULL);
    assertThat(bytes(layer)).isEqualTo(SBH * 2);
  }

  @Test
  void fullRecomputationStopsWhereNothingReadsOn() {
    TrainingBody layer = ApplyRecompute.to(Differentiate.body(unfused(0)), RecomputeMode.FULL);
    assertThat(recomputed(layer)).contains("again(f)", "again(r)");
    assertThat(recomputed(layer)).doesNotContain("again(p0)", "again(p)", "again(z)");
  }

  @Test
  void fusedLayerKeepsWhatBackwardReadsAndNothingTwice() {
    TrainingBody layer = Differentiate.body(TransformerLayers.gpt(S, H, A, UnaryKind.RELU, 0));
    assertThat(names(layer)).containsExactly("x", "h", "q", "k", "v", "a", "a.lse", "y", "h2", "r");
    assertThat(bytes(layer)).isEqualTo(SBH * 24 + 4.0 * A * S);
  }

  @Test
  void geluKeepsItsInput() {
    TrainingBody layer = Differentiate.body(TransformerLayers.gpt(S, H, A, UnaryKind.GELU, 0));
    assertThat(names(layer))
        .containsExactly("x", "h", "q", "k", "v", "a", "a.lse", "y", "h2", "f", "r");
  }

  @Test
  void selectiveRecomputationOfFusedAttentionRunsItAgain() {
    TrainingBody layer =
        ApplyRecompute.to(
            Differentiate.body(TransformerLayers.gpt(S, H, A, UnaryKind.RELU, 0)),
            RecomputeMode.SELECTIVE);
    assertThat(names(layer)).containsExactly("x", "h", "q", "k", "v", "y", "h2", "r");
    assertThat(recomputed(layer)).containsExactly("again(a)");
  }

  @Test
  void aSavedResultIsCountedByWhoeverReadsIt() {
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", BodyBuilder.real(Extent.batch(1), Extent.of(4)));
    int w = b.parameter("w", 4, 4);
    int h = b.node("h", Einsum.of("bi,io->bo"), x, w);
    TrainingBody layer = Differentiate.body(b.returning(b.node("y", new Unary(UnaryKind.RELU), h)));
    assertThat(names(layer)).containsExactly("x", "y");
    assertThat(layer.savedHere()).containsExactly(x);
  }

  @Test
  void constantsAndViewsAreMadeAgain() {
    Extent batch = Extent.batch(1);
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", BodyBuilder.real(batch, Extent.of(6)));
    int w = b.parameter("w", 2, 3, 3);
    int view = b.node("view", new Reshape(List.of(batch, Extent.of(2), Extent.of(3))), x);
    int y = b.node("y", Einsum.of("bij,ijk->bik"), view, w);
    int bias = b.node("bias", new AlibiBias(Extent.of(1), Extent.of(2), Extent.of(3)));
    int z = b.node("z", new Binary(BinaryKind.MUL), y, bias);
    int used = b.node("used", new Unary(UnaryKind.SQUARE), x);
    TrainingBody layer = Differentiate.body(b.returning(z, used));
    assertThat(names(layer)).containsExactly("x");
    assertThat(recomputed(layer)).containsExactlyInAnyOrder("again(view)", "again(bias)");
  }

  private static Body unfused(double dropout) {
    return LowerAttention.unfused(TransformerLayers.gpt(S, H, A, UnaryKind.GELU, dropout));
  }

  private static List<String> names(TrainingBody body) {
    return body.saved().stream().map(v -> body.values().get(v).name()).toList();
  }

  private static List<String> recomputed(TrainingBody body) {
    return body.backward().stream()
        .filter(TrainingNode::recomputed)
        .map(TrainingNode::name)
        .toList();
  }

  private static double bytes(TrainingBody body) {
    double bytes = 0;
    for (int id : body.saved()) {
      Value value = body.values().get(id);
      bytes += (double) value.type().elements(1) * value.type().element().bytes(Precision.FP16);
    }
    return bytes;
  }
}
