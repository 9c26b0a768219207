package autopar.tests.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wide-ResNet: convolutions with batch norm in bottlenecks; libtorch's channels come second. */
@NeedsLibtorch
final class WideResNetTest {

  private static final double EPS = 1e-5;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wide-resnet channels=2 width=2 classes=5 image=64 depth1=2 depth2=2 depth3=2 depth4=2"
      })
  void lossGradientsAndUpdatesAreThoseOfLibtorch(String line) {
    new Comparison(SmallModel.read(line), WideResNetTest::loss).check();
  }

  static Tensor loss(SmallModel model, Named w, Named in) {
    Tensor images = in.get("images").permute(0, 3, 1, 2);
    Tensor stem = torch.relu(normed(convolved(images, w.get("w_stem"), 2, 3), w, "bn"));
    long[] window = {3, 3};
    Tensor x =
        torch.max_pool2d(
            stem, window, new long[] {2, 2}, new long[] {1, 1}, new long[] {1, 1}, false);
    for (int stage = 1; stage <= 4; stage++) {
      x = bottleneck(x, w.block("stage" + stage + "_first", 0), stage == 1 ? 1 : 2, true);
      for (int i = 0; i < model.dim("depth" + stage) - 1; i++) {
        x = bottleneck(x, w.block("stage" + stage, i), 1, false);
      }
    }
    Tensor pooled = x.mean(2, 3);
    return Layers.crossEntropy(
        Layers.linear(pooled, w.get("w_out"), w.get("b_out")), in.get("labels"));
  }

  private static Tensor bottleneck(Tensor x, Named w, long stride, boolean projected) {
    Tensor h1 = torch.relu(normed(convolved(x, w.get("w1"), 1, 0), w, "bn1"));
    Tensor h2 = torch.relu(normed(convolved(h1, w.get("w2"), stride, 1), w, "bn2"));
    Tensor h3 = normed(convolved(h2, w.get("w3"), 1, 0), w, "bn3");
    Tensor skip = projected ? normed(convolved(x, w.get("w_skip"), stride, 0), w, "bn_skip") : x;
    return torch.relu(h3.add(skip));
  }

  /** Weights [height, width, in, out]. */
  static Tensor convolved(Tensor x, Tensor w, long stride, long padding) {
    return torch.conv2d(
        x,
        w.permute(3, 2, 0, 1),
        new TensorOptional(),
        new long[] {stride, stride},
        new long[] {padding, padding},
        new long[] {1, 1},
        1);
  }

  /** Statistics of the batch itself, as in training. */
  private static Tensor normed(Tensor x, Named w, String name) {
    return torch.batch_norm(
        x,
        new TensorOptional(w.get(name + ".gain")),
        new TensorOptional(w.get(name + ".bias")),
        new TensorOptional(),
        new TensorOptional(),
        true,
        0,
        EPS,
        false);
  }
}
