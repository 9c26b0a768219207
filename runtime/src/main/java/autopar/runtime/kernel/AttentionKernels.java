package autopar.runtime.kernel;

import autopar.ir.op.Attention;
import autopar.runtime.Placement;
import java.util.Arrays;
import java.util.List;

/** Attention a block of queries of one head at a time; keys that none of them sees are left out. */
final class AttentionKernels {

  private final MatrixProduct product;

  AttentionKernels(MatrixProduct product) {
    this.product = product;
  }

  /** (q, k, v[, bias]) -> (y, log-sum-exp). */
  void forward(Attention op, List<FloatTensor> in, List<FloatTensor> out, Placement placement) {
    AttentionCall c = new AttentionCall(op, in, in.size() == 4, placement);
    if (c.empty()) {
      Arrays.fill(out.get(0).data(), 0);
      Arrays.fill(out.get(1).data(), Float.NEGATIVE_INFINITY);
      return;
    }
    float[] scores = new float[c.block * c.keys];
    float[] kept = new float[c.drops() ? c.keys : 0];
    for (int b = 0; b < c.batch; b++) {
      for (int n = 0; n < c.heads; n++) {
        for (int s = 0; s < c.queries; s += c.block) {
          forward(c, b, n, s, scores, kept, out);
        }
      }
    }
  }

  private void forward(
      AttentionCall c, int b, int n, int s, float[] scores, float[] kept, List<FloatTensor> out) {
    int rows = Math.min(c.block, c.queries - s);
    int t = c.seen(s + rows - 1);
    c.scores(product, b, n, s, rows, t, scores);
    for (int r = 0; r < rows; r++) {
      int at = r * t;
      int seen = c.seen(s + r);
      float max = Rows.max(scores, at, seen, 1);
      double sum = Rows.exponentials(scores, at, seen, 1, max, scores, at);
      out.get(1).data()[c.statisticAt(b, n, s + r)] = (float) (max + Math.log(sum));
      Rows.scale(scores, at, seen, (float) (1 / sum));
      Arrays.fill(scores, at + seen, at + t, 0);
      if (c.drops()) {
        c.kept(b, n, s + r, kept, 0, seen);
        Rows.multiply(kept, 0, scores, at, seen);
      }
    }
    product.multiply(
        false,
        false,
        rows,
        c.head,
        t,
        scores,
        0,
        t,
        c.v.data(),
        c.keyAt(b, n),
        c.keyStride(),
        out.get(0).data(),
        c.queryAt(b, s, n),
        c.queryStride(),
        false);
  }

  /** (q, k, v[, bias], y, log-sum-exp, dy) -> (dq, dk, dv). */
  void grad(Attention op, List<FloatTensor> in, List<FloatTensor> out, Placement placement) {
    out.forEach(gradient -> Arrays.fill(gradient.data(), 0));
    AttentionCall c = new AttentionCall(op, in, in.size() == 7, placement);
    if (!c.empty()) {
      new Backward(c, in, out, null).run();
    }
  }

  /** (q, k, v, bias, y, log-sum-exp, dy) -> dbias. */
  void biasGrad(Attention op, List<FloatTensor> in, FloatTensor dbias, Placement placement) {
    Arrays.fill(dbias.data(), 0);
    AttentionCall c = new AttentionCall(op, in, true, placement);
    if (!c.empty()) {
      new Backward(c, in, null, dbias).run();
    }
  }

  /** The kept log-sum-exp gives the probabilities without another pass. */
  private final class Backward {
    private final AttentionCall c;
    private final float[] y;
    private final float[] lse;
    private final float[] dy;
    private final List<FloatTensor> gradients;
    private final FloatTensor dbias;
    private final float[] probabilities;
    private final float[] slopes;
    private final float[] kept;

    /** Of {@code gradients} and {@code dbias}, what is not wanted is null. */
    Backward(
        AttentionCall c, List<FloatTensor> in, List<FloatTensor> gradients, FloatTensor dbias) {
      this.c = c;
      this.gradients = gradients;
      this.dbias = dbias;
      y = in.get(in.size() - 3).data();
      lse = in.get(in.size() - 2).data();
      dy = in.get(in.size() - 1).data();
      probabilities = new float[c.block * c.keys];
      slopes = new float[c.block * c.keys];
      kept = new float[c.drops() ? c.block * c.keys : 0];
    }

    void run() {
      for (int b = 0; b < c.batch; b++) {
        for (int n = 0; n < c.heads; n++) {
          for (int s = 0; s < c.queries; s += c.block) {
            block(b, n, s, Math.min(c.block, c.queries - s));
          }
        }
      }
    }

    private void block(int b, int n, int s, int rows) {
      int t = c.seen(s + rows - 1);
      c.scores(product, b, n, s, rows, t, probabilities);
      product.multiply(
          false,
          true,
          rows,
          t,
          c.head,
          dy,
          c.queryAt(b, s, n),
          c.queryStride(),
          c.v.data(),
          c.keyAt(b, n),
          c.keyStride(),
          slopes,
          0,
          t,
          false);
      for (int r = 0; r < rows; r++) {
        row(b, n, s + r, r * t, t);
      }
      if (gradients != null) {
        products(b, n, s, rows, t);
      }
    }

    /** Scores become what dv sums, and the products with dy the gradients of scores. */
    private void row(int b, int n, int s, int at, int t) {
      int seen = c.seen(s);
      int query = c.queryAt(b, s, n);
      float delta = (float) Rows.dot(y, query, dy, query, c.head);
      Rows.exponentials(probabilities, at, seen, 1, lse[c.statisticAt(b, n, s)], probabilities, at);
      Arrays.fill(probabilities, at + seen, at + t, 0);
      Arrays.fill(slopes, at + seen, at + t, 0);
      if (c.drops()) {
        c.kept(b, n, s, kept, at, seen);
        Rows.multiply(kept, at, slopes, at, seen);
      }
      slope(probabilities, slopes, at, seen, delta);
      if (c.drops()) {
        Rows.multiply(kept, at, probabilities, at, seen);
      }
      if (dbias != null) {
        addBias(dbias.data(), c.biasAt(b, n, s), c.biasStride(), slopes, at, seen);
      }
      Rows.scale(slopes, at, seen, (float) c.op.scale());
    }

    private void products(int b, int n, int s, int rows, int t) {
      int query = c.queryAt(b, s, n);
      int key = c.keyAt(b, n);
      int ofQuery = c.queryStride();
      int ofKey = c.keyStride();
      float[] dq = gradients.get(0).data();
      float[] dk = gradients.get(1).data();
      float[] dv = gradients.get(2).data();
      product.multiply(
          false,
          false,
          rows,
          c.head,
          t,
          slopes,
          0,
          t,
          c.k.data(),
          key,
          ofKey,
          dq,
          query,
          ofQuery,
          false);
      product.multiply(
          true,
          false,
          t,
          c.head,
          rows,
          slopes,
          0,
          t,
          c.q.data(),
          query,
          ofQuery,
          dk,
          key,
          ofKey,
          true);
      product.multiply(
          true,
          false,
          t,
          c.head,
          rows,
          probabilities,
          0,
          t,
          dy,
          query,
          ofQuery,
          dv,
          key,
          ofKey,
          true);
    }
  }

  /** ds = p (dp - delta). */
  private static void slope(float[] p, float[] dp, int at, int n, float delta) {
    for (int j = at; j < at + n; j++) {
      dp[j] = p[j] * (dp[j] - delta);
    }
  }

  private static void addBias(float[] to, int from, int step, float[] slopes, int at, int n) {
    if (step == 0) {
      to[from] += (float) Rows.sum(slopes, at, n);
      return;
    }
    Rows.add(slopes, at, to, from, n);
  }
}
