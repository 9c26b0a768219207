package autopar.tests.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** A residual perceptron with a squared error. */
@NeedsLibtorch
final class MlpTest {

  @Test
  void lossGradientsAndUpdatesAreThoseOfLibtorch() {
    SmallModel model = SmallModel.read("mlp layers=3 inputs=5 hidden=6 outputs=4");
    new Comparison(model, MlpTest::loss).check();
  }

  static Tensor loss(SmallModel model, Named w, Named in) {
    Tensor x = Layers.linear(in.get("features"), w.get("w_in"), w.get("b_in"));
    for (int i = 0; i < model.dim("layers"); i++) {
      Named block = w.block("perceptron", i);
      Tensor f = torch.relu(Layers.linear(x, block.get("w1"), block.get("b1")));
      x = x.add(Layers.linear(f, block.get("w2"), block.get("b2")));
    }
    return torch.mse_loss(Layers.linear(x, w.get("w_out"), w.get("b_out")), in.get("targets"));
  }
}
