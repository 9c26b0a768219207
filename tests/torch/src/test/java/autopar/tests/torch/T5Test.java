package autopar.tests.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T5: an encoder and a decoder that share a table, with relative positions in buckets. */
@NeedsLibtorch
final class T5Test {

  private static final double EPS = 1e-6;
  private static final int MAX_DISTANCE = 128;

  /** The shipped text scales for 512; libtorch's side takes the number from there. */
  private static final double OUTPUT_SCALE = 1 / Math.sqrt(512);

  /** The second is long enough for every bucket on both sides. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "t5 layers=2 seq=9 target_seq=7 hidden=10 heads=2 head=3 ffn=8 vocab=13 buckets=8",
        "t5 layers=1 decoder_layers=2 seq=140 target_seq=137 hidden=6 heads=2 head=2 ffn=4 vocab=7"
      })
  void lossGradientsAndUpdatesAreThoseOfLibtorch(String line) {
    SmallModel model = SmallModel.read(line);
    assertThat(model.dim("seq")).isNotEqualTo(model.dim("target_seq"));
    new Comparison(model, T5Test::loss).check();
  }

  static Tensor loss(SmallModel model, Named w, Named in) {
    int buckets = model.dim("buckets");
    Tensor near = relative(model.dim("seq"), buckets, true, w.get("encoder_positions"));
    Tensor x = torch.embedding(w.get("wte"), in.get("tokens"));
    for (int i = 0; i < model.dim("layers"); i++) {
      x = encoder(x, near, w.block("encoder", i));
    }
    Tensor memory = Layers.rmsNorm(x, w.get("encoder_norm.gain"), EPS);
    int targets = model.dim("target_seq");
    Tensor past =
        relative(targets, buckets, false, w.get("decoder_positions"))
            .add(Layers.causal(targets, x));
    Tensor y = torch.embedding(w.get("wte"), in.get("targets"));
    for (int i = 0; i < model.dim("decoder_layers"); i++) {
      y = decoder(y, memory, past, w.block("decoder", i));
    }
    Tensor h = Layers.rmsNorm(y, w.get("decoder_norm.gain"), EPS).mul(new Scalar(OUTPUT_SCALE));
    return Layers.crossEntropy(torch.matmul(h, w.get("wte").t()), in.get("labels"));
  }

  private static Tensor encoder(Tensor x, Tensor bias, Named w) {
    Tensor h = Layers.rmsNorm(x, w.get("norm1.gain"), EPS);
    Tensor y = x.add(attended(h, h, bias, w, ""));
    return y.add(feedForward(Layers.rmsNorm(y, w.get("norm2.gain"), EPS), w));
  }

  private static Tensor decoder(Tensor x, Tensor memory, Tensor bias, Named w) {
    Tensor h = Layers.rmsNorm(x, w.get("norm1.gain"), EPS);
    Tensor y = x.add(attended(h, h, bias, w, ""));
    Tensor c = Layers.rmsNorm(y, w.get("norm2.gain"), EPS);
    Tensor none = torch.zeros(1).to(x.scalar_type());
    Tensor z = y.add(attended(c, memory, none, w, "cross."));
    return z.add(feedForward(Layers.rmsNorm(z, w.get("norm3.gain"), EPS), w));
  }

  private static Tensor attended(Tensor x, Tensor memory, Tensor bias, Named w, String name) {
    Tensor a =
        Layers.attention(
            Layers.split(x, w.get(name + "wq")),
            Layers.split(memory, w.get(name + "wk")),
            Layers.split(memory, w.get(name + "wv")),
            bias,
            1);
    return Layers.merge(a, w.get(name + "wo"));
  }

  private static Tensor feedForward(Tensor x, Named w) {
    return Layers.linear(torch.relu(Layers.linear(x, w.get("w1"))), w.get("w2"));
  }

  /** [n, s, s] from a table [buckets, n]. */
  private static Tensor relative(int positions, int buckets, boolean bidirectional, Tensor table) {
    Tensor at = torch.arange(new Scalar(positions)).to(torch.ScalarType.Long);
    Tensor distance = at.unsqueeze(0).sub(at.unsqueeze(1));
    Tensor bucket = buckets(distance, buckets, bidirectional);
    return torch.embedding(table, bucket).permute(2, 0, 1);
  }

  /** The _relative_position_bucket of Hugging Face's T5, in its single precision. */
  private static Tensor buckets(Tensor distance, int all, boolean bidirectional) {
    int buckets = bidirectional ? all / 2 : all;
    Tensor base = torch.zeros_like(distance);
    Tensor past = torch.minimum(distance, torch.zeros_like(distance)).neg();
    if (bidirectional) {
      base = distance.gt(new Scalar(0)).to(torch.ScalarType.Long).mul(new Scalar(buckets));
      past = distance.abs();
    }
    int exact = buckets / 2;
    Tensor grown =
        torch
            .log(past.to(torch.ScalarType.Float).div(new Scalar(exact)))
            .div(new Scalar(Math.log((double) MAX_DISTANCE / exact)))
            .mul(new Scalar(buckets - exact))
            .to(torch.ScalarType.Long)
            .add(new Scalar(exact));
    Tensor far = grown.clamp_max(new Scalar(buckets - 1));
    return base.add(torch.where(past.lt(new Scalar(exact)), past, far));
  }
}
