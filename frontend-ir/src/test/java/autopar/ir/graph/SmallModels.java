package autopar.ir.graph;

import autopar.diagnostics.SourceFile;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import java.util.Map;

/** A residual network of two-matrix blocks in three spellings. */
final class SmallModels {
  private SmallModels() {}

  static Graph read(String text) {
    return IrReader.read(new SourceFile("small.ir", text), Map.of(), IncludeResolver.NONE);
  }

  /** {@code layers} layers with a shared side argument. */
  static Graph residual(int layers) {
    return read(
        """
        model residual
        batch dim batch = 8
        dim hidden = 16, ffn = 64
        input x, target : [batch, hidden]
        block layer(a : [batch, hidden], gain : [hidden]) {
          param w1 : [hidden, ffn]
          param w2 : [ffn, hidden]
          let h = relu(einsum("bh,hf->bf", rms_norm(a, gain), w1))
          return a + einsum("bf,fh->bh", h, w2)
        }
        param w_in, w_out : [hidden, hidden]
        param gain : [hidden]
        let x0 = einsum("bh,hk->bk", x, w_in)
        let x1 = repeat %d layer(x0, gain)
        let y = einsum("bh,hk->bk", x1, w_out)
        loss reduce_mean(square(y - target), dims = [0, 1])
        """
            .formatted(layers));
  }
}
