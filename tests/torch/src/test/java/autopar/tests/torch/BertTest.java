package autopar.tests.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** BERT: post-norm encoders, exact GELU, and two losses with tied heads. */
@NeedsLibtorch
final class BertTest {

  private static final double EPS = 1e-12;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert layers=2 seq=7 hidden=12 heads=3 vocab=13",
        "bert-base-cased layers=1 seq=5 hidden=8 heads=2 vocab=9"
      })
  void lossGradientsAndUpdatesAreThoseOfLibtorch(String line) {
    new Comparison(SmallModel.read(line), BertTest::loss).check();
  }

  static Tensor loss(SmallModel model, Named w, Named in) {
    Tensor e =
        torch
            .embedding(w.get("wte"), in.get("tokens"))
            .add(w.get("wpe"))
            .add(torch.embedding(w.get("wse"), in.get("segment")));
    Tensor x = Layers.layerNorm(e, w, "ln", EPS);
    for (int i = 0; i < model.dim("layers"); i++) {
      x = encoder(x, w.block("encoder", i));
    }
    Tensor words = torch.matmul(x, w.get("wte").t());
    Tensor pooled = torch.tanh(Layers.linear(x.select(1, 0), w.get("w_pool"), w.get("b_pool")));
    Tensor orders = torch.matmul(pooled, w.get("wse").t());
    return Layers.crossEntropy(words, in.get("labels"))
        .add(Layers.crossEntropy(orders, in.get("order")));
  }

  private static Tensor encoder(Tensor x, Named w) {
    Tensor a =
        Layers.attention(
            Layers.split(x, w.get("wq"), w.get("bq")),
            Layers.split(x, w.get("wk"), w.get("bk")),
            Layers.split(x, w.get("wv"), w.get("bv")),
            false);
    Tensor o = Layers.merge(a, w.get("wo")).add(w.get("bo"));
    Tensor y = Layers.layerNorm(x.add(o), w, "ln1", EPS);
    Tensor f = torch.gelu(Layers.linear(y, w.get("w1"), w.get("b1")));
    return Layers.layerNorm(y.add(Layers.linear(f, w.get("w2"), w.get("b2"))), w, "ln2", EPS);
  }
}
