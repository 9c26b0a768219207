package autopar.tests.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LLaMA: rotary positions, grouped-query attention, RMSNorm and gated SiLU. */
@NeedsLibtorch
final class LlamaTest {

  private static final double EPS = 1e-6;
  private static final double THETA = 10_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama layers=2 seq=7 hidden=16 heads=4 kv_heads=2 ffn=10 vocab=13",
        "llama layers=1 seq=5 hidden=24 heads=4 kv_heads=1 ffn=10 vocab=13",
        "llama layers=1 seq=5 hidden=12 heads=2 kv_heads=2 ffn=6 vocab=11"
      })
  void lossGradientsAndUpdatesAreThoseOfLibtorch(String line) {
    new Comparison(SmallModel.read(line), LlamaTest::loss).check();
  }

  static Tensor loss(SmallModel model, Named w, Named in) {
    Tensor x = torch.embedding(w.get("wte"), in.get("tokens"));
    for (int i = 0; i < model.dim("layers"); i++) {
      x = decoder(x, w.block("decoder", i));
    }
    Tensor h = Layers.rmsNorm(x, w.get("norm.gain"), EPS);
    return Layers.crossEntropy(torch.matmul(h, w.get("w_out").t()), in.get("labels"));
  }

  private static Tensor decoder(Tensor x, Named w) {
    Tensor h = Layers.rmsNorm(x, w.get("norm1.gain"), EPS);
    Tensor a =
        Layers.attention(
            rotated(Layers.split(h, w.get("wq")), THETA),
            rotated(Layers.split(h, w.get("wk")), THETA),
            Layers.split(h, w.get("wv")),
            true);
    Tensor y = x.add(Layers.merge(a, w.get("wo")));
    Tensor g = Layers.rmsNorm(y, w.get("norm2.gain"), EPS);
    Tensor gated =
        torch.silu(Layers.linear(g, w.get("w_gate"))).mul(Layers.linear(g, w.get("w_up")));
    return y.add(Layers.linear(gated, w.get("w_down")));
  }

  /** x cos + (-second half, first half) sin, as in the models of Hugging Face. */
  static Tensor rotated(Tensor x, double theta) {
    long half = x.size(3) / 2;
    double[] angles = new double[Math.toIntExact(x.size(2) * 2 * half)];
    for (int i = 0; i < angles.length; i++) {
      double position = i / (2 * half);
      angles[i] = position / Math.pow(theta, 2.0 * (i % half) / (2 * half));
    }
    Tensor angle = Tensor.create(angles, x.size(2), 2 * half).to(x.scalar_type());
    Tensor turned =
        torch.cat(
            new TensorVector(x.narrow(3, half, half).mul(new Scalar(-1.0)), x.narrow(3, 0, half)),
            3);
    return x.mul(angle.cos()).add(turned.mul(angle.sin()));
  }
}
