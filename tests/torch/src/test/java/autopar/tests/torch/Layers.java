package autopar.tests.torch;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Layers of transformers as torch.nn has them; heads stand before positions. */
final class Layers {

  private static final long MEAN = 1;
  private static final long MASKED = -1;

  private Layers() {}

  /** x [.., in] times w [in, out]. */
  static Tensor linear(Tensor x, Tensor w) {
    return torch.matmul(x, w);
  }

  static Tensor linear(Tensor x, Tensor w, Tensor b) {
    return torch.matmul(x, w).add(b);
  }

  /** x [b, s, h] through w [h, n, d] to [b, n, s, d]. */
  static Tensor split(Tensor x, Tensor w) {
    Tensor wide = torch.matmul(x, w.reshape(w.size(0), w.size(1) * w.size(2)));
    return wide.view(x.size(0), x.size(1), w.size(1), w.size(2)).transpose(1, 2);
  }

  static Tensor split(Tensor x, Tensor w, Tensor b) {
    return split(x, w).add(b.unsqueeze(1));
  }

  /** a [b, n, s, d] through w [n, d, h] to [b, s, h]. */
  static Tensor merge(Tensor a, Tensor w) {
    Tensor wide = a.transpose(1, 2).reshape(a.size(0), a.size(2), a.size(1) * a.size(3));
    return torch.matmul(wide, w.reshape(w.size(0) * w.size(1), w.size(2)));
  }

  /** Attention scaled by the root of the head; keys may have fewer heads than queries. */
  static Tensor attention(Tensor q, Tensor k, Tensor v, boolean causal) {
    return torch.scaled_dot_product_attention(
        q, k, v, new TensorOptional(), 0, causal, new DoubleOptional(), q.size(1) != k.size(1));
  }

  /** Attention as written: softmax(scale q k^T + added) v. */
  static Tensor attention(Tensor q, Tensor k, Tensor v, Tensor added, double scale) {
    Tensor scores = torch.matmul(q, k.transpose(2, 3)).mul(new Scalar(scale)).add(added);
    return torch.matmul(torch.softmax(scores, -1), v);
  }

  /** [s, s] that hides later keys: 0, or minus infinity above the diagonal. */
  static Tensor causal(long positions, Tensor like) {
    Tensor hidden =
        torch.full(new long[] {positions, positions}, new Scalar(Double.NEGATIVE_INFINITY));
    return torch.triu(hidden, 1).to(like.scalar_type());
  }

  static Tensor layerNorm(Tensor x, Named w, String name, double eps) {
    return torch.layer_norm(
        x,
        new long[] {x.size(-1)},
        new TensorOptional(w.get(name + ".gain")),
        new TensorOptional(w.get(name + ".bias")),
        eps,
        false);
  }

  static Tensor rmsNorm(Tensor x, Tensor gain, double eps) {
    return torch.rms_norm(
        x, new long[] {x.size(-1)}, new TensorOptional(gain), new DoubleOptional(eps));
  }

  /** The mean over labels that are not masked. */
  static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return torch.cross_entropy_loss(
        logits.reshape(-1, logits.size(-1)),
        labels.reshape(-1),
        new TensorOptional(),
        MEAN,
        MASKED,
        0);
  }
}
