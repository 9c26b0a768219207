package autopar.tests.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** BLOOM: attention with linear biases, also for a number of heads that is no power of two. */
@NeedsLibtorch
final class BloomTest {

  private static final double EPS = 1e-5;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bloom layers=2 seq=7 hidden=8 heads=4 vocab=13",
        "bloom layers=1 seq=6 hidden=12 heads=6 vocab=13",
        "bloom-560m layers=1 seq=6 hidden=10 heads=5 vocab=13"
      })
  void lossGradientsAndUpdatesAreThoseOfLibtorch(String line) {
    new Comparison(SmallModel.read(line), BloomTest::loss).check();
  }

  static Tensor loss(SmallModel model, Named w, Named in) {
    Tensor x = Layers.layerNorm(torch.embedding(w.get("wte"), in.get("tokens")), w, "ln0", EPS);
    Tensor bias =
        alibi(model.dim("heads"), model.dim("seq"))
            .to(x.scalar_type())
            .add(Layers.causal(model.dim("seq"), x));
    for (int i = 0; i < model.dim("layers"); i++) {
      x = decoder(x, bias, w.block("decoder", i));
    }
    Tensor h = Layers.layerNorm(x, w, "ln", EPS);
    return Layers.crossEntropy(torch.matmul(h, w.get("wte").t()), in.get("labels"));
  }

  private static Tensor decoder(Tensor x, Tensor bias, Named w) {
    Tensor h = Layers.layerNorm(x, w, "ln1", EPS);
    Tensor q = Layers.split(h, w.get("wq"), w.get("bq"));
    Tensor k = Layers.split(h, w.get("wk"), w.get("bk"));
    Tensor v = Layers.split(h, w.get("wv"), w.get("bv"));
    Tensor a = Layers.attention(q, k, v, bias, 1 / Math.sqrt(q.size(3)));
    Tensor y = x.add(Layers.merge(a, w.get("wo"))).add(w.get("bo"));
    Tensor g = Layers.layerNorm(y, w, "ln2", EPS);
    Tensor f = torch.gelu(Layers.linear(g, w.get("w1"), w.get("b1")), "tanh");
    return y.add(Layers.linear(f, w.get("w2"), w.get("b2")));
  }

  /** [n, 1, t]: slope of the head times position of the key, as build_alibi_tensor of BLOOM. */
  private static Tensor alibi(int heads, int keys) {
    int closest = 1 << (int) Math.floor(Math.log(heads) / Math.log(2));
    double[] slopes = new double[heads];
    double base = Math.pow(2, -Math.pow(2, -(log2(closest) - 3)));
    double extraBase = Math.pow(2, -Math.pow(2, -(log2(2 * closest) - 3)));
    for (int n = 0; n < heads; n++) {
      slopes[n] = n < closest ? Math.pow(base, n + 1) : Math.pow(extraBase, 2 * (n - closest) + 1);
    }
    double[] bias = new double[heads * keys];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = slopes[i / keys] * (i % keys);
    }
    return Tensor.create(bias, heads, 1, keys);
  }

  private static double log2(int x) {
    return Math.log(x) / Math.log(2);
  }
}
