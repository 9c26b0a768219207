package autopar.training;

import static autopar.ir.graph.BodyBuilder.real;

import autopar.ir.graph.Body;
import autopar.ir.graph.BodyBuilder;
import autopar.ir.op.Attention;
import autopar.ir.op.AttentionMask;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Dropout;
import autopar.ir.op.Einsum;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.Op;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryKind;
import autopar.ir.type.Extent;

/** Layers that several tests derive. */
final class TransformerLayers {

  private TransformerLayers() {}

  static final Op ADD = new Binary(BinaryKind.ADD);

  /** A pre-norm layer as in GPT and OPT, with dropout after both projections if any. */
  static Body gpt(long seq, long hidden, long heads, UnaryKind activation, double dropout) {
    long head = hidden / heads;
    long ffn = 4 * hidden;
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", real(Extent.batch(1), Extent.of(seq), Extent.of(hidden)));
    int g1 = b.parameter("ln1.gain", hidden);
    int b1 = b.parameter("ln1.bias", hidden);
    int g2 = b.parameter("ln2.gain", hidden);
    int b2 = b.parameter("ln2.bias", hidden);
    int wq = b.parameter("wq", hidden, heads, head);
    int wk = b.parameter("wk", hidden, heads, head);
    int wv = b.parameter("wv", hidden, heads, head);
    int bq = b.parameter("bq", heads, head);
    int bk = b.parameter("bk", heads, head);
    int bv = b.parameter("bv", heads, head);
    int wo = b.parameter("wo", heads, head, hidden);
    int bo = b.parameter("bo", hidden);
    int w1 = b.parameter("w1", hidden, ffn);
    int c1 = b.parameter("b1", ffn);
    int w2 = b.parameter("w2", ffn, hidden);
    int c2 = b.parameter("b2", hidden);
    int h = b.node("h", new LayerNorm(1e-5), x, g1, b1);
    int q = projection(b, "q", h, wq, bq);
    int k = projection(b, "k", h, wk, bk);
    int v = projection(b, "v", h, wv, bv);
    Op attention = new Attention(new AttentionMask.Causal(), 1 / Math.sqrt(head), dropout);
    int a = b.node("a", attention, q, k, v);
    int o = b.node("o", Einsum.of("bsnd,ndh->bsh"), a, wo);
    int ob = dropped(b, "o.biased", b.node("ob", ADD, o, bo), dropout);
    int y = b.node("y", ADD, x, ob);
    int h2 = b.node("h2", new LayerNorm(1e-5), y, g2, b2);
    int f = b.node("f", ADD, b.node("f0", Einsum.of("bsh,hf->bsf"), h2, w1), c1);
    int r = b.node("r", new Unary(activation), f);
    int p = b.node("p", ADD, b.node("p0", Einsum.of("bsf,fh->bsh"), r, w2), c2);
    return b.returning(b.node("z", ADD, y, dropped(b, "p.dropped", p, dropout)));
  }

  private static int projection(BodyBuilder b, String name, int x, int weight, int bias) {
    return b.node(name, ADD, b.node(name + "0", Einsum.of("bsh,hnd->bsnd"), x, weight), bias);
  }

  private static int dropped(BodyBuilder b, String name, int x, double rate) {
    return rate == 0 ? x : b.node(name, new Dropout(rate), x);
  }
}
