package autopar.runtime.reference;

import static autopar.ir.graph.BodyBuilder.real;

import autopar.ir.graph.Body;
import autopar.ir.graph.BodyBuilder;
import autopar.ir.op.Affine;
import autopar.ir.op.AlibiBias;
import autopar.ir.op.Attention;
import autopar.ir.op.AttentionMask;
import autopar.ir.op.BatchNorm;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Broadcast;
import autopar.ir.op.Cast;
import autopar.ir.op.CombineTokens;
import autopar.ir.op.Concat;
import autopar.ir.op.Conv2d;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.DispatchTokens;
import autopar.ir.op.Dropout;
import autopar.ir.op.Einsum;
import autopar.ir.op.Embedding;
import autopar.ir.op.ExpertSlots;
import autopar.ir.op.GroupNorm;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.Op;
import autopar.ir.op.Pad;
import autopar.ir.op.Pool2d;
import autopar.ir.op.PoolKind;
import autopar.ir.op.Positions;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceKind;
import autopar.ir.op.RelativePositionBuckets;
import autopar.ir.op.Reshape;
import autopar.ir.op.RmsNorm;
import autopar.ir.op.Rope;
import autopar.ir.op.Slice;
import autopar.ir.op.Softmax;
import autopar.ir.op.TopK;
import autopar.ir.op.Transpose;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryKind;
import autopar.ir.op.Window;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/** One tiny body per op and per way its operands can look. */
public final class SmallBodies {

  private static final Extent B = Extent.batch(1);

  private SmallBodies() {}

  public static List<BodyUnderTest> all() {
    List<BodyUnderTest> all = new ArrayList<>();
    for (UnaryKind kind : UnaryKind.values()) {
      Body body = single(new Unary(kind), batched(4));
      all.add(new BodyUnderTest(kind.text(), body, 1, true));
      if (!List.of(UnaryKind.LOG, UnaryKind.SQRT, UnaryKind.RSQRT).contains(kind)) {
        all.add(BodyUnderTest.of(kind.text() + " of both signs", body));
      }
    }
    for (BinaryKind kind : BinaryKind.values()) {
      for (TensorType right :
          List.of(batched(4, 5), real(n(5)), real(n(4), n(1)), real(n(1), n(1), n(5)), real())) {
        Op op = new Binary(kind);
        all.add(
            new BodyUnderTest(
                kind.text() + " " + right, single(op, batched(4, 5), right), 1, true));
        all.add(
            new BodyUnderTest(
                kind.text() + " " + right + " first", single(op, right, batched(4, 5)), 1, true));
      }
    }
    einsums(all);
    norms(all);
    attentions(all);
    lookups(all);
    routings(all);
    reductions(all);
    movements(all);
    images(all);
    return all;
  }

  private static void einsums(List<BodyUnderTest> all) {
    add(all, Einsum.of("bsh,hf->bsf"), batched(4, 3), real(n(3), n(5)));
    add(all, Einsum.of("bsh,vh->bsv"), batched(4, 3), real(n(5), n(3)));
    add(all, Einsum.of("bsnd,ndh->bsh"), batched(2, 4, 3), real(n(4), n(3), n(5)));
    add(all, Einsum.of("bsnd,btnd->bnst"), batched(4, 2, 3), batched(5, 2, 3));
    add(all, Einsum.of("bnst,btnd->bsnd"), batched(2, 4, 5), batched(5, 2, 3));
    add(all, Einsum.of("bsh->hsb"), batched(4, 3));
    add(all, Einsum.of("bs,h->bsh"), batched(4), real(n(3)));
    add(all, new Affine(-1.5, 0.25), batched(4));
    add(all, new Affine(1, 0.25), batched(4));
    add(all, new Cast(ElementType.FLOAT32), batched(4));
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", batched(4, 4));
    all.add(
        BodyUnderTest.of(
            "a value with itself", b.returning(b.node("y", Einsum.of("bst,bst->bst"), x, x), x)));
  }

  private static void norms(List<BodyUnderTest> all) {
    TensorType row = real(n(6));
    add(all, new LayerNorm(1e-5), batched(4, 6), row, row);
    add(all, new LayerNorm(1e-5), batched(4, 6), row);
    add(all, new RmsNorm(1e-5), batched(4, 6), row);
    add(all, new BatchNorm(1e-5), batched(2, 3, 6), row, row);
    add(all, new BatchNorm(1e-5), batched(6), row, row);
    add(all, new GroupNorm(3, 1e-5), batched(2, 3, 6), row, row);
    add(all, new GroupNorm(1, 1e-5), batched(2, 3, 6), row, row);
    add(all, new Dropout(0.3), batched(4, 6));
  }

  private static void attentions(List<BodyUnderTest> all) {
    AttentionMask causal = new AttentionMask.Causal();
    AttentionMask full = new AttentionMask.Full();
    AttentionMask prefix = new AttentionMask.Prefix(2);
    add(all, new Softmax(1, full), batched(4, 5));
    add(all, new Softmax(0.5, causal), batched(2, 4, 4));
    add(all, new Softmax(0.5, prefix), batched(2, 4, 4));
    TensorType q = batched(4, 4, 3);
    for (AttentionMask mask : List.of(causal, full, prefix)) {
      add(all, new Attention(mask, 0.6, 0), q, q, q);
      add(all, new Attention(mask, 0.6, 0), q, batched(4, 2, 3), batched(4, 2, 3));
      add(all, new Attention(mask, 0.6, 0), q, batched(4, 1, 3), batched(4, 1, 3));
    }
    add(all, new Attention(full, 0.6, 0), q, batched(5, 4, 3), batched(5, 4, 3));
    add(all, new Attention(causal, 0.6, 0.25), q, q, q);
    for (TensorType bias :
        List.of(
            real(n(4), n(4), n(4)),
            real(n(4), n(4)),
            real(n(1), n(4), n(1), n(4)),
            real(n(1), n(1), n(4)),
            batched(4, 4, 4))) {
      add(all, new Attention(causal, 0.6, 0), q, q, q, bias);
    }
    add(all, new Rope(100), batched(4, 2, 6));
  }

  private static void lookups(List<BodyUnderTest> all) {
    TensorType ids = new TensorType(ElementType.INT32, List.of(B, n(4)));
    add(all, new Embedding(), real(n(5), n(3)), ids);
    add(all, new CrossEntropy(), batched(4, 5), ids);
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", batched(4, 3, 3));
    int table = b.parameter("table", 4, 6);
    Op buckets = new RelativePositionBuckets(n(3), n(3), 4, 8, true);
    int bias = b.node("bias", new Embedding(), table, b.node("ids", buckets));
    int turned = b.node("turned", new Transpose(List.of(2, 0, 1)), bias);
    int heads = b.node("heads", new Slice(0, 1, n(4)), turned);
    all.add(
        new BodyUnderTest(
            "relative positions",
            b.returning(b.node("y", new Binary(BinaryKind.ADD), x, heads)),
            1,
            false));
    b = new BodyBuilder();
    x = b.argument("x", batched(6, 4, 4));
    int alibi = b.node("alibi", new AlibiBias(n(6), n(4), n(4)));
    all.add(
        BodyUnderTest.of("alibi", b.returning(b.node("y", new Binary(BinaryKind.MUL), x, alibi))));
    b = new BodyBuilder();
    x = b.argument("x", batched(4, 3));
    int learned = b.parameter("positions", 4, 3);
    int rows = b.node("rows", new Embedding(), learned, b.node("at", new Positions(n(4))));
    all.add(
        BodyUnderTest.of(
            "positions", b.returning(b.node("y", new Binary(BinaryKind.MUL), x, rows))));
  }

  private static void routings(List<BodyUnderTest> all) {
    for (int capacity : new int[] {1, 3, 8}) {
      BodyBuilder b = new BodyBuilder();
      int x = b.argument("x", batched(4, 6));
      int scores = b.argument("scores", batched(4, 4));
      int choice = b.node("choice", new TopK(2), scores);
      int slots = b.node("slots", new ExpertSlots(capacity), choice);
      int sent = b.node("sent", new DispatchTokens(capacity), x, slots);
      int used = b.node("used", new Unary(UnaryKind.TANH), sent);
      all.add(
          BodyUnderTest.of(
              "routed with weights, capacity " + capacity,
              b.returning(b.node("y", new CombineTokens(), used, slots, scores))));
      int weighed = b.node("weighed", new DispatchTokens(capacity), x, slots, scores);
      all.add(
          BodyUnderTest.of(
              "weighed before they are routed, capacity " + capacity,
              b.returning(b.node("z", new CombineTokens(), weighed, slots))));
    }
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", batched(4, 6));
    int scores = b.argument("scores", batched(4, 4));
    int slots = b.node("slots", new ExpertSlots(4), b.node("choice", new TopK(3), scores));
    int sent = b.node("sent", new DispatchTokens(2), x, slots, scores);
    all.add(
        BodyUnderTest.of(
            "fewer places than slots",
            b.returning(b.node("y", new CombineTokens(), sent, slots, scores))));
    b = new BodyBuilder();
    x = b.argument("x", batched(4, 6));
    int ties = b.node("ties", new Unary(UnaryKind.RELU), x);
    int first = b.node("first", new TopK(4), ties);
    all.add(
        BodyUnderTest.of(
            "equal numbers", b.returning(b.node("y", new Binary(BinaryKind.MUL), x, first))));
  }

  private static void reductions(List<BodyUnderTest> all) {
    for (ReduceKind kind : ReduceKind.values()) {
      add(all, new Reduce(kind, List.of(0, 2), List.of()), batched(4, 5));
      add(all, new Reduce(kind, List.of(1), List.of(1)), batched(4, 5));
      add(all, new Reduce(kind, List.of(0, 1, 2), List.of()), batched(4, 5));
    }
    add(all, new Broadcast(List.of(B, n(4), n(5))), real(n(4), n(1)));
  }

  private static void movements(List<BodyUnderTest> all) {
    add(all, new Transpose(List.of(2, 0, 1)), batched(4, 5));
    add(all, new Reshape(List.of(B, n(2), n(2), n(6))), batched(4, 6));
    add(all, new Reshape(List.of(Extent.batch(4), n(3), n(2))), batched(4, 6));
    add(all, new Reshape(List.of(B, n(6), n(4))), batched(4, 6));
    add(all, new Reshape(List.of(B, n(4), n(3))), batched(3, 4));
    add(all, new Concat(1), batched(2, 3), batched(4, 3));
    add(all, new Slice(2, 1, n(3)), batched(4, 6));
    add(all, new Pad(1, 1, 2), batched(4, 3));
  }

  private static void images(List<BodyUnderTest> all) {
    for (long[] c :
        new long[][] {{3, 1, 1}, {3, 2, 1}, {1, 1, 0}, {1, 2, 0}, {2, 2, 0}, {3, 1, 0}}) {
      add(all, new Conv2d(c[1], c[2]), batched(6, 4, 2), real(n(c[0]), n(c[0]), n(2), n(3)));
    }
    for (PoolKind kind : PoolKind.values()) {
      add(all, new Pool2d(kind, new Window(2, 2, 2, 0)), batched(6, 4, 2));
      add(all, new Pool2d(kind, new Window(3, 3, 2, 1)), batched(6, 4, 2));
    }
  }

  private static void add(List<BodyUnderTest> all, Op op, TensorType... operands) {
    all.add(BodyUnderTest.of(op + " " + List.of(operands), single(op, operands)));
  }

  /** {@code op} on arguments of the given types. */
  public static Body single(Op op, TensorType... operands) {
    BodyBuilder b = new BodyBuilder();
    Integer[] arguments = new Integer[operands.length];
    for (int i = 0; i < operands.length; i++) {
      arguments[i] = b.argument("x" + i, operands[i]);
    }
    return b.returning(b.node("y", op, arguments));
  }

  public static TensorType batched(long... dims) {
    List<Extent> shape = new ArrayList<>(List.of(B));
    for (long dim : dims) {
      shape.add(n(dim));
    }
    return new TensorType(ElementType.REAL, shape);
  }

  public static Extent n(long count) {
    return Extent.of(count);
  }
}
