package autopar.tests.torch;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pre-norm decoders with learned positions and a tied output: GPT-2, GPT-3 and OPT. */
@NeedsLibtorch
final class GptTest {

  private static final double EPS = 1e-5;

  /** Rows of OPT's position table that stand for no position. */
  private static final long PADDING = 2;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt layers=2 seq=7 hidden=12 heads=3 vocab=13",
        "gpt2 layers=2 seq=7 hidden=12 heads=3 vocab=13",
        "gpt3-small layers=1 seq=7 hidden=12 heads=3 vocab=13",
        "gpt layers=1 seq=1 hidden=8 heads=1 vocab=5",
      })
  void lossGradientsAndUpdatesAreThoseOfLibtorch(String line) {
    new Comparison(SmallModel.read(line), GptTest::gpt).check();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "opt layers=2 seq=7 hidden=12 heads=3 vocab=13",
        "opt-125m layers=3 seq=4 hidden=8 heads=4 vocab=9"
      })
  void optIsThatOfLibtorch(String line) {
    new Comparison(SmallModel.read(line), GptTest::opt).check();
  }

  static Tensor gpt(SmallModel model, Named w, Named in) {
    return loss(model, w, in, w.get("wpe"), x -> torch.gelu(x, "tanh"));
  }

  private static Tensor opt(SmallModel model, Named w, Named in) {
    Tensor positions = w.get("wpe").narrow(0, PADDING, model.dim("seq"));
    return loss(model, w, in, positions, torch::relu);
  }

  private static Tensor loss(
      SmallModel model, Named w, Named in, Tensor positions, UnaryOperator<Tensor> activation) {
    Tensor x = torch.embedding(w.get("wte"), in.get("tokens")).add(positions);
    for (int i = 0; i < model.dim("layers"); i++) {
      x = decoder(x, w.block("decoder", i), activation);
    }
    Tensor h = Layers.layerNorm(x, w, "ln", EPS);
    return Layers.crossEntropy(torch.matmul(h, w.get("wte").t()), in.get("labels"));
  }

  private static Tensor decoder(Tensor x, Named w, UnaryOperator<Tensor> activation) {
    Tensor h = Layers.layerNorm(x, w, "ln1", EPS);
    Tensor a =
        Layers.attention(
            Layers.split(h, w.get("wq"), w.get("bq")),
            Layers.split(h, w.get("wk"), w.get("bk")),
            Layers.split(h, w.get("wv"), w.get("bv")),
            true);
    Tensor y = x.add(Layers.merge(a, w.get("wo"))).add(w.get("bo"));
    Tensor g = Layers.layerNorm(y, w, "ln2", EPS);
    Tensor f = activation.apply(Layers.linear(g, w.get("w1"), w.get("b1")));
    return y.add(Layers.linear(f, w.get("w2"), w.get("b2")));
  }
}
