package autopar.runtime.kernel;

import autopar.ir.op.Attention;
import autopar.runtime.Placement;
import java.util.List;

/** Sizes and operands of one call of attention, and the scores of a block of its queries. */
final class AttentionCall {

  /** Scores of one block: they stay in the second-level cache. */
  private static final int BLOCK_SCORES = 1 << 17;

  final Attention op;
  final FloatTensor q;
  final FloatTensor k;
  final FloatTensor v;
  final int batch;
  final int queries;
  final int keys;
  final int heads;
  final int groups;
  final int head;

  /** Queries in one block. */
  final int block;

  private final Placement placement;
  private final float[] bias;
  private final int[] biasStrides;

  AttentionCall(Attention op, List<FloatTensor> in, boolean withBias, Placement placement) {
    this.op = op;
    this.placement = placement;
    q = in.get(0);
    k = in.get(1);
    v = in.get(2);
    batch = q.shape()[0];
    queries = q.shape()[1];
    heads = q.shape()[2];
    head = q.shape()[3];
    keys = k.shape()[1];
    groups = k.shape()[2];
    block = Math.min(queries, Math.clamp(BLOCK_SCORES / Math.max(1, keys), 24, 192));
    bias = withBias ? in.get(3).data() : null;
    biasStrides =
        withBias ? in.get(3).strides(new int[] {batch, heads, queries, keys}) : new int[4];
  }

  boolean empty() {
    return q.size() == 0 || k.size() == 0;
  }

  int queryAt(int b, int s, int n) {
    return ((b * queries + s) * heads + n) * head;
  }

  /** Distance of a head's queries. */
  int queryStride() {
    return heads * head;
  }

  /** Where the first key of query head {@code n} is. */
  int keyAt(int b, int n) {
    return (b * keys * groups + n / (heads / groups)) * head;
  }

  int keyStride() {
    return groups * head;
  }

  int statisticAt(int b, int n, int s) {
    return (b * heads + n) * queries + s;
  }

  /** How many of the keys, from the first on, query {@code s} sees. */
  int seen(int s) {
    return (int) Math.min(keys, SoftmaxKernels.seen(op.mask(), placement.offset("s") + (long) s));
  }

  /** Scores of queries {@code s} to {@code s + rows} and the first {@code t} keys, with bias. */
  void scores(MatrixProduct product, int b, int n, int s, int rows, int t, float[] scores) {
    product.multiply(
        false,
        true,
        rows,
        t,
        head,
        q.data(),
        queryAt(b, s, n),
        queryStride(),
        k.data(),
        keyAt(b, n),
        keyStride(),
        scores,
        0,
        t,
        false);
    float scale = (float) op.scale();
    for (int r = 0; r < rows; r++) {
      if (bias == null) {
        Rows.scale(scores, r * t, t, scale);
      } else {
        biased(scores, r * t, t, scale, biasAt(b, n, s + r), biasStrides[3]);
      }
    }
  }

  int biasAt(int b, int n, int s) {
    return b * biasStrides[0] + n * biasStrides[1] + s * biasStrides[2];
  }

  /** Distance of the biases of neighbouring keys: 1, or 0 where it is the same for all. */
  int biasStride() {
    return biasStrides[3];
  }

  private void biased(float[] scores, int at, int t, float scale, int from, int step) {
    Rows.scale(scores, at, t, scale);
    if (step == 1) {
      Rows.add(bias, from, scores, at, t);
      return;
    }
    for (int j = at; j < at + t; j++) {
      scores[j] += bias[from];
    }
  }

  boolean drops() {
    return op.dropout() > 0;
  }

  /** What dropout makes of the probabilities of query {@code s}: 0 or 1 / (1 - rate) times them. */
  void kept(int b, int n, int s, float[] to, int at, int t) {
    float factor = (float) (1 / (1 - op.dropout()));
    DropoutKernels.mask(op.dropout(), wholeScore(b, n, s), factor, to, at, t, placement);
  }

  /** Index of a query's first score in the scores of all samples, heads, queries and keys. */
  private long wholeScore(int b, int n, int s) {
    int members = placement.extent("r", heads / groups);
    int wholeHeads = placement.extent("g", groups) * members;
    long wholeHead = placement.offset("g") * (long) members + placement.offset("r") + n;
    long row = (placement.offset("b") + (long) b) * wholeHeads + wholeHead;
    return (row * placement.extent("s", queries) + placement.offset("s") + s) * keys;
  }
}
