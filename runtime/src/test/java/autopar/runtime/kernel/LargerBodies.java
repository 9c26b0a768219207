package autopar.runtime.kernel;

import static autopar.ir.graph.BodyBuilder.real;
import static autopar.runtime.reference.SmallBodies.batched;
import static autopar.runtime.reference.SmallBodies.n;
import static autopar.runtime.reference.SmallBodies.single;

import autopar.ir.op.Attention;
import autopar.ir.op.AttentionMask;
import autopar.ir.op.BatchNorm;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Broadcast;
import autopar.ir.op.Conv2d;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.Dropout;
import autopar.ir.op.Einsum;
import autopar.ir.op.Embedding;
import autopar.ir.op.GroupNorm;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.Op;
import autopar.ir.op.Pool2d;
import autopar.ir.op.PoolKind;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceKind;
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
import autopar.runtime.reference.BodyUnderTest;
import java.util.ArrayList;
import java.util.List;

/** Bodies of one op whose dimensions fill vectors, tiles and blocks, and leave a rest. */
final class LargerBodies {

  private LargerBodies() {}

  static List<BodyUnderTest> all() {
    List<BodyUnderTest> all = new ArrayList<>();
    for (UnaryKind kind : UnaryKind.values()) {
      all.add(new BodyUnderTest("long " + kind, single(new Unary(kind), batched(67)), 1, true));
    }
    products(all);
    rows(all);
    attentions(all);
    images(all);
    TensorType ids = new TensorType(ElementType.INT32, List.of(Extent.batch(1), n(19)));
    add(all, new Embedding(), real(n(5), n(35)), ids);
    add(all, new CrossEntropy(), batched(19, 83), ids);
    add(all, new Transpose(List.of(2, 0, 3, 1)), batched(37, 5, 41));
    add(all, new Transpose(List.of(1, 2, 0)), batched(34, 65));
    add(all, new Transpose(List.of(0, 2, 1, 3)), batched(6, 7, 33));
    add(all, new Dropout(0.4), batched(7, 35));
    add(all, new Broadcast(List.of(Extent.batch(1), n(17), n(33))), real(n(17), n(1)));
    for (ReduceKind kind : ReduceKind.values()) {
      add(all, new Reduce(kind, List.of(0, 1), List.of()), batched(5, 37));
      add(all, new Reduce(kind, List.of(2), List.of(2)), batched(5, 67));
      add(all, new Reduce(kind, List.of(1), List.of()), batched(37, 4));
    }
    add(all, new Binary(BinaryKind.MUL), batched(5, 37), real(n(37)));
    add(all, new Binary(BinaryKind.MAX), batched(5, 37), real(n(5), n(1)));
    return all;
  }

  private static void products(List<BodyUnderTest> all) {
    add(all, Einsum.of("bsh,hf->bsf"), batched(29, 40), real(n(40), n(70)));
    add(all, Einsum.of("bsh,hf->fbs"), batched(9, 20), real(n(20), n(35)));
    add(all, Einsum.of("bsnd,btnd->bnst"), batched(14, 3, 17), batched(21, 3, 17));
    add(all, Einsum.of("bnst,btnd->bsnd"), batched(3, 14, 21), batched(21, 3, 17));
    add(all, Einsum.of("bnsd,ndh->bsh"), batched(3, 14, 9), real(n(3), n(9), n(33)));
    add(
        all,
        Einsum.of("bsx,xbf->sfb"),
        batched(7, 5),
        new TensorType(ElementType.REAL, List.of(n(5), Extent.batch(1), n(6))));
    add(all, Einsum.of("bsh,bsh->bs"), batched(6, 21), batched(6, 21));
    add(all, Einsum.of("bsh,bth->sbt"), batched(6, 21), batched(8, 21));
    add(all, Einsum.of("bsh->hsb"), batched(35, 36));
  }

  private static void rows(List<BodyUnderTest> all) {
    TensorType row = real(n(77));
    add(all, new LayerNorm(1e-5), batched(5, 77), row, row);
    add(all, new RmsNorm(1e-5), batched(5, 77), row);
    add(all, new BatchNorm(1e-5), batched(45, 77), row, row);
    add(all, new GroupNorm(7, 1e-5), batched(5, 6, 77), row, row);
    add(all, new Softmax(0.5, new AttentionMask.Full()), batched(5, 77));
    add(all, new Softmax(-0.5, new AttentionMask.Causal()), batched(37, 37));
    add(all, new Softmax(0.5, new AttentionMask.Prefix(18)), batched(37, 37));
    add(all, new Rope(10000), batched(50, 2, 36));
  }

  private static void attentions(List<BodyUnderTest> all) {
    AttentionMask causal = new AttentionMask.Causal();
    AttentionMask prefix = new AttentionMask.Prefix(33);
    TensorType q = batched(37, 4, 18);
    TensorType k = batched(37, 2, 18);
    add(all, new Attention(causal, 0.3, 0), q, k, k);
    add(all, new Attention(prefix, 0.3, 0.2), q, k, k);
    add(all, new Attention(causal, 0.3, 0), q, q, q, real(n(4), n(37), n(37)));
    add(
        all,
        new Attention(new AttentionMask.Full(), 0.3, 0),
        q,
        batched(21, 4, 18),
        batched(21, 4, 18),
        real(n(4), n(1), n(21)));
  }

  private static void images(List<BodyUnderTest> all) {
    add(all, new Conv2d(1, 1), batched(12, 10, 5), real(n(3), n(3), n(5), n(18)));
    add(all, new Conv2d(2, 2), batched(12, 10, 5), real(n(5), n(5), n(5), n(18)));
    for (PoolKind kind : PoolKind.values()) {
      add(all, new Pool2d(kind, new Window(3, 3, 2, 1)), batched(12, 10, 19));
    }
  }

  private static void add(List<BodyUnderTest> all, Op op, TensorType... operands) {
    all.add(BodyUnderTest.of("larger " + op + " " + List.of(operands), single(op, operands)));
  }
}
