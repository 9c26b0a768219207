package autopar.tests.torch;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Operators that no shipped model has. */
@NeedsLibtorch
final class OperatorsTest {

  private static final String WINDOWS =
      """
      model windows
      batch dim batch = 4
      input x : [batch, 9, 9, 4]
      input targets : [batch, 3]
      param w1 : [3, 3, 4, 6]
      param gain, bias : [6]
      param w2 : [2, 2, 6, 6]
      param w_out : [6, 3]
      let c = conv2d(x, w1, stride = 2, padding = 1)
      let g = silu(group_norm(c, gain, bias, groups = 3, eps = 1e-4))
      let a = avg_pool(g, window = [3, 3], stride = 2, padding = 1)
      let m = max_pool(g, window = [2, 3], stride = 2, padding = 1)
      let d = conv2d(a + m, w2, padding = 1)
      let y = einsum("bc,ck->bk", reduce_max(d, dims = [1, 2]), w_out)
      loss reduce_mean(square(y - targets), dims = [0, 1])
      """;

  private static final String ATTENTION =
      """
      model attention
      batch dim batch = 4
      input x : [batch, 6, 8]
      param wq : [8, 4, 6]
      param wk, wv : [8, 2, 6]
      param per_head : [4, 6, 6]
      param wo : [4, 6, 8]
      let q = rope(einsum("bsh,hnd->bsnd", x, wq), theta = 500.0)
      let k = einsum("bsh,hnd->bsnd", x, wk)
      let v = einsum("bsh,hnd->bsnd", x, wv)
      let a = attention(q, k, v, per_head, mask = prefix(3), scale = 0.3)
      let o = einsum("bsnd,ndh->bsh", a, wo)
      let s = softmax(einsum("bsh,bth->bst", o, x), scale = 0.5, mask = causal)
      loss reduce_mean(square(einsum("bst,bth->bsh", s, o)), dims = [0, 1, 2])
      """;

  private static final String ELEMENTS =
      """
      model elements
      batch dim batch = 4
      input x : [batch, 5, 8]
      param u : [8]
      param w : [5, 1]
      let o = x * u
      let p = x - w
      let root = sqrt(square(p) + 1.0)
      let soft = log(1.0 + exp(o))
      let z = max(root, soft) / (2.0 + sigmoid(o)) - rsqrt(1.0 + square(o)) * gelu(p)
      let cut = pad(slice(z, dim = 2, start = 2, length = 4), dim = 2, low = 1, high = 3)
      let both = concat(tanh(z), cut, dim = 1)
      let turned = reshape(transpose(both, permutation = [0, 2, 1]), shape = [batch, 16, 5])
      loss reduce_mean(square(reduce_sum(turned, dims = [1])), dims = [0, 1])
      """;

  @Test
  void windowsAndGroupsAreThoseOfLibtorch() {
    new Comparison(SmallModel.of(WINDOWS), OperatorsTest::windows).check();
  }

  @Test
  void masksAndBiasesOfAttentionAreThoseOfLibtorch() {
    new Comparison(SmallModel.of(ATTENTION), OperatorsTest::attention).check();
  }

  @Test
  void elementwiseAndMovingOperatorsAreThoseOfLibtorch() {
    new Comparison(SmallModel.of(ELEMENTS), OperatorsTest::elements).check();
  }

  private static Tensor windows(SmallModel model, Named w, Named in) {
    long[] two = {2, 2};
    long[] one = {1, 1};
    Tensor c = WideResNetTest.convolved(in.get("x").permute(0, 3, 1, 2), w.get("w1"), 2, 1);
    Tensor g =
        torch.silu(
            torch.group_norm(
                c,
                3,
                new TensorOptional(w.get("gain")),
                new TensorOptional(w.get("bias")),
                1e-4,
                false));
    Tensor a = torch.avg_pool2d(g, new long[] {3, 3}, two, one, false, false, new LongOptional());
    Tensor m = torch.max_pool2d(g, new long[] {2, 3}, two, one, one, false);
    Tensor d = WideResNetTest.convolved(a.add(m), w.get("w2"), 1, 1);
    Tensor y = torch.matmul(torch.amax(d, new long[] {2, 3}, false), w.get("w_out"));
    return torch.mse_loss(y, in.get("targets"));
  }

  private static Tensor attention(SmallModel model, Named w, Named in) {
    Tensor x = in.get("x");
    Tensor mask = Layers.causal(6, x);
    mask.narrow(1, 0, 3).zero_();
    Tensor a =
        torch.scaled_dot_product_attention(
            LlamaTest.rotated(Layers.split(x, w.get("wq")), 500),
            Layers.split(x, w.get("wk"))
                .repeat_interleave(2, new LongOptional(1), new LongOptional()),
            Layers.split(x, w.get("wv"))
                .repeat_interleave(2, new LongOptional(1), new LongOptional()),
            new TensorOptional(w.get("per_head").add(mask)),
            0,
            false,
            new DoubleOptional(0.3),
            false);
    Tensor o = Layers.merge(a, w.get("wo"));
    Tensor scores = torch.matmul(o, x.transpose(1, 2)).div(new Scalar(2.0));
    Tensor s = torch.softmax(scores.add(Layers.causal(6, x)), -1);
    return torch.matmul(s, o).square().mean();
  }

  private static Tensor elements(SmallModel model, Named w, Named in) {
    Scalar one = new Scalar(1.0);
    Tensor o = in.get("x").mul(w.get("u"));
    Tensor p = in.get("x").sub(w.get("w"));
    Tensor root = p.square().add(one).sqrt();
    Tensor z =
        torch
            .maximum(root, torch.softplus(o))
            .div(torch.sigmoid(o).add(new Scalar(2.0)))
            .sub(o.square().add(one).rsqrt().mul(torch.gelu(p)));
    Tensor cut = torch.constant_pad_nd(z.narrow(2, 2, 4), new long[] {1, 3});
    Tensor both = torch.cat(new TensorVector(z.tanh(), cut), 1);
    Tensor turned = both.permute(0, 2, 1).reshape(model.batch(), 16, 5);
    return turned.sum(1).square().mean();
  }
}
