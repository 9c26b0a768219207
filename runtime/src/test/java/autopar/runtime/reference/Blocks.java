package autopar.runtime.reference;

import static autopar.ir.graph.BodyBuilder.real;
import static autopar.runtime.reference.SmallBodies.batched;
import static autopar.runtime.reference.SmallBodies.n;

import autopar.ir.graph.Body;
import autopar.ir.graph.BodyBuilder;
import autopar.ir.op.Attention;
import autopar.ir.op.AttentionMask;
import autopar.ir.op.BatchNorm;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Conv2d;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.Dropout;
import autopar.ir.op.Einsum;
import autopar.ir.op.Embedding;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.Op;
import autopar.ir.op.Pool2d;
import autopar.ir.op.PoolKind;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceKind;
import autopar.ir.op.RelativePositionBuckets;
import autopar.ir.op.RmsNorm;
import autopar.ir.op.Rope;
import autopar.ir.op.Softmax;
import autopar.ir.op.Transpose;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryKind;
import autopar.ir.op.Window;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import java.util.List;

/** Whole layers and networks at tiny sizes. */
public final class Blocks {

  private static final Op ADD = new Binary(BinaryKind.ADD);
  private static final Op MUL = new Binary(BinaryKind.MUL);

  private Blocks() {}

  public static List<BodyUnderTest> all() {
    return List.of(
        BodyUnderTest.of("gpt layer", gpt(0)),
        BodyUnderTest.of("gpt layer with dropout", gpt(0.2)),
        BodyUnderTest.of("gpt layer with unfused attention", unfused()),
        BodyUnderTest.of("llama layer", llama()),
        BodyUnderTest.of("t5 decoder layer", t5()),
        BodyUnderTest.of("tied embedding and loss", tied()),
        BodyUnderTest.of("convolutional net", convolutional()));
  }

  private static Body gpt(double dropout) {
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", batched(3, 4));
    int[] norm = {b.parameter("ln1.gain", 4), b.parameter("ln1.bias", 4)};
    int[] weights = {
      b.parameter("wq", 4, 2, 2), b.parameter("wk", 4, 2, 2), b.parameter("wv", 4, 2, 2)
    };
    int[] biases = {b.parameter("bq", 2, 2), b.parameter("bk", 2, 2), b.parameter("bv", 2, 2)};
    int wo = b.parameter("wo", 2, 2, 4);
    int bo = b.parameter("bo", 4);
    int w1 = b.parameter("w1", 4, 6);
    int b1 = b.parameter("b1", 6);
    int w2 = b.parameter("w2", 6, 4);
    int h = b.node("h", new LayerNorm(1e-5), x, norm[0], norm[1]);
    int[] qkv = new int[3];
    for (int i = 0; i < 3; i++) {
      int product = b.node("p" + i, Einsum.of("bsh,hnd->bsnd"), h, weights[i]);
      qkv[i] = b.node("qkv" + i, ADD, product, biases[i]);
    }
    Op attention = new Attention(new AttentionMask.Causal(), 0.7, dropout);
    int a = b.node("a", attention, qkv[0], qkv[1], qkv[2]);
    int o = b.node("o", ADD, b.node("o0", Einsum.of("bsnd,ndh->bsh"), a, wo), bo);
    int dropped = dropout == 0 ? o : b.node("dropped", new Dropout(dropout), o);
    int y = b.node("y", ADD, x, dropped);
    int h2 = b.node("h2", new LayerNorm(1e-5), y, norm[0], norm[1]);
    int f = b.node("f", ADD, b.node("f0", Einsum.of("bsh,hf->bsf"), h2, w1), b1);
    int g = b.node("g", new Unary(UnaryKind.GELU), f);
    return b.returning(b.node("z", ADD, y, b.node("p", Einsum.of("bsf,fh->bsh"), g, w2)));
  }

  private static Body unfused() {
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", batched(3, 4));
    int wq = b.parameter("wq", 4, 2, 2);
    int wk = b.parameter("wk", 4, 2, 2);
    int q = b.node("q", Einsum.of("bsh,hnd->bsnd"), x, wq);
    int k = b.node("k", Einsum.of("bsh,hnd->bsnd"), x, wk);
    int scores = b.node("scores", Einsum.of("bsnd,btnd->bnst"), q, k);
    int p = b.node("p", new Softmax(0.7, new AttentionMask.Causal()), scores);
    int d = b.node("d", new Dropout(0.2), p);
    return b.returning(b.node("y", Einsum.of("bnst,btnd->bsnd"), d, k));
  }

  private static Body llama() {
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", batched(3, 8));
    int gain = b.parameter("gain", 8);
    int wq = b.parameter("wq", 8, 4, 2);
    int wk = b.parameter("wk", 8, 2, 2);
    int wv = b.parameter("wv", 8, 2, 2);
    int wo = b.parameter("wo", 4, 2, 8);
    int w1 = b.parameter("w1", 8, 5);
    int w2 = b.parameter("w2", 8, 5);
    int w3 = b.parameter("w3", 5, 8);
    int h = b.node("h", new RmsNorm(1e-6), x, gain);
    Op project = Einsum.of("bsh,hnd->bsnd");
    int q = b.node("q", new Rope(100), b.node("q0", project, h, wq));
    int k = b.node("k", new Rope(100), b.node("k0", project, h, wk));
    int v = b.node("v", project, h, wv);
    int a = b.node("a", new Attention(new AttentionMask.Causal(), 0.7, 0), q, k, v);
    int y = b.node("y", ADD, x, b.node("o", Einsum.of("bsnd,ndh->bsh"), a, wo));
    int h2 = b.node("h2", new RmsNorm(1e-6), y, gain);
    int gate =
        b.node("gate", new Unary(UnaryKind.SILU), b.node("g0", Einsum.of("bsh,hf->bsf"), h2, w1));
    int up = b.node("up", Einsum.of("bsh,hf->bsf"), h2, w2);
    int m = b.node("m", MUL, gate, up);
    return b.returning(b.node("z", ADD, y, b.node("down", Einsum.of("bsf,fh->bsh"), m, w3)));
  }

  private static Body t5() {
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", batched(3, 4));
    int encoded = b.argument("encoded", batched(5, 4));
    int gain = b.parameter("gain", 4);
    int table = b.parameter("buckets", 4, 2);
    int wq = b.parameter("wq", 4, 2, 2);
    int wk = b.parameter("wk", 4, 2, 2);
    int wo = b.parameter("wo", 2, 2, 4);
    int cq = b.parameter("cq", 4, 2, 2);
    int ck = b.parameter("ck", 4, 2, 2);
    Op ids = new RelativePositionBuckets(n(3), n(3), 4, 8, false);
    int rows = b.node("rows", new Embedding(), table, b.node("ids", ids));
    int bias = b.node("bias", new Transpose(List.of(2, 0, 1)), rows);
    Op project = Einsum.of("bsh,hnd->bsnd");
    int h = b.node("h", new RmsNorm(1e-6), x, gain);
    int k = b.node("k", project, h, wk);
    int a =
        b.node(
            "a",
            new Attention(new AttentionMask.Causal(), 1, 0),
            b.node("q", project, h, wq),
            k,
            k,
            bias);
    int y = b.node("y", ADD, x, b.node("o", Einsum.of("bsnd,ndh->bsh"), a, wo));
    int h2 = b.node("h2", new RmsNorm(1e-6), y, gain);
    int keys = b.node("keys", project, encoded, ck);
    int c =
        b.node(
            "c",
            new Attention(new AttentionMask.Full(), 1, 0),
            b.node("cross", project, h2, cq),
            keys,
            keys);
    return b.returning(b.node("z", ADD, y, b.node("co", Einsum.of("bsnd,ndh->bsh"), c, wo)));
  }

  private static Body tied() {
    BodyBuilder b = new BodyBuilder();
    TensorType ids = new TensorType(ElementType.INT32, List.of(Extent.batch(1), n(3)));
    int tokens = b.argument("tokens", ids);
    int labels = b.argument("labels", ids);
    int table = b.argument("wte", real(n(5), n(4)));
    int x = b.node("x", new Embedding(), table, tokens);
    int h = b.node("h", new Unary(UnaryKind.TANH), x);
    int logits = b.node("logits", Einsum.of("bsh,vh->bsv"), h, table);
    return b.returning(b.node("loss", new CrossEntropy(), logits, labels));
  }

  private static Body convolutional() {
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", batched(4, 4, 2));
    int w1 = b.parameter("w1", 3, 3, 2, 3);
    int w2 = b.parameter("w2", 1, 1, 2, 3);
    int gain = b.parameter("gain", 3);
    int bias = b.parameter("bias", 3);
    int c = b.node("c", new Conv2d(1, 1), x, w1);
    int normed = b.node("normed", new BatchNorm(1e-5), c, gain, bias);
    int r = b.node("r", new Unary(UnaryKind.RELU), normed);
    int sum = b.node("sum", ADD, r, b.node("shortcut", new Conv2d(1, 0), x, w2));
    int pooled = b.node("pooled", new Pool2d(PoolKind.MAX, new Window(2, 2, 2, 0)), sum);
    return b.returning(
        b.node("mean", new Reduce(ReduceKind.MEAN, List.of(1, 2), List.of()), pooled));
  }
}
