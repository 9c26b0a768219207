package autopar.tests.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mixtral: routed experts. Written densely, without routing: every expert works on every token, and
 * a mask says which of it counts, among them tokens that find no place.
 */
@NeedsLibtorch
final class MixtralTest {

  private static final double EPS = 1e-5;
  private static final double THETA = 1_000_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mixtral layers=2 seq=8 hidden=16 heads=4 kv_heads=2 ffn=10 vocab=13 experts=4 capacity=8",
        "mixtral layers=2 seq=7 hidden=16 heads=4 kv_heads=2 ffn=6 vocab=13 experts=5 capacity=2",
        "mixtral layers=1 seq=6 hidden=12 heads=2 kv_heads=1 ffn=6 vocab=11 experts=3 chosen=1"
            + " capacity=1",
        "mixtral layers=1 seq=6 hidden=12 heads=2 kv_heads=2 ffn=6 vocab=11 experts=3 chosen=3"
            + " capacity=4"
      })
  void lossGradientsAndUpdatesAreThoseOfLibtorch(String line) {
    new Comparison(SmallModel.read(line), MixtralTest::loss).check();
  }

  static Tensor loss(SmallModel model, Named w, Named in) {
    Tensor x = torch.embedding(w.get("wte"), in.get("tokens"));
    for (int i = 0; i < model.dim("layers"); i++) {
      x = decoder(model, x, w.block("decoder", i));
    }
    Tensor h = Layers.rmsNorm(x, w.get("norm.gain"), EPS);
    return Layers.crossEntropy(torch.matmul(h, w.get("w_out").t()), in.get("labels"));
  }

  private static Tensor decoder(SmallModel model, Tensor x, Named w) {
    Tensor h = Layers.rmsNorm(x, w.get("norm1.gain"), EPS);
    Tensor a =
        Layers.attention(
            LlamaTest.rotated(Layers.split(h, w.get("wq")), THETA),
            LlamaTest.rotated(Layers.split(h, w.get("wk")), THETA),
            Layers.split(h, w.get("wv")),
            true);
    Tensor y = x.add(Layers.merge(a, w.get("wo")));
    Tensor g = Layers.rmsNorm(y, w.get("norm2.gain"), EPS);
    Tensor weights = weights(torch.softmax(Layers.linear(g, w.get("router")), -1), model);
    for (int e = 0; e < model.dim("experts"); e++) {
      Tensor gate = torch.silu(Layers.linear(g, w.get("w_gate").select(0, e)));
      Tensor up = Layers.linear(g, w.get("w_up").select(0, e));
      Tensor out = Layers.linear(gate.mul(up), w.get("w_down").select(0, e));
      y = y.add(out.mul(weights.select(2, e).unsqueeze(2)));
    }
    return y;
  }

  /**
   * Scores [b, s, e] of the chosen experts over their sum, and 0 where a token was not chosen or
   * the expert had no place left.
   */
  private static Tensor weights(Tensor scores, SmallModel model) {
    Tensor chosen =
        torch
            .zeros_like(scores)
            .scatter(2, torch.topk(scores, model.dim("chosen")).get1(), new Scalar(1.0));
    Tensor picked = scores.mul(chosen);
    Tensor kept = torch.cumsum(chosen, 1).le(new Scalar((double) model.dim("capacity")));
    return picked
        .div(picked.sum(new long[] {2}, true, new ScalarTypeOptional()))
        .mul(kept.to(scores.scalar_type()));
  }
}
