package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.load;

import autopar.ir.op.AttentionMask;
import autopar.ir.op.Softmax;
import autopar.ir.op.SoftmaxGrad;
import autopar.runtime.Placement;
import java.util.Arrays;

/** Softmax over the last dimension, whose shard may hold any part of the keys. */
final class SoftmaxKernels {

  private SoftmaxKernels() {}

  /** How many of the first keys query {@code q} sees; what it sees is always the first ones. */
  static long seen(AttentionMask mask, long q) {
    return switch (mask) {
      case AttentionMask.Full f -> Long.MAX_VALUE;
      case AttentionMask.Causal c -> q + 1;
      case AttentionMask.Prefix p -> Math.max(q + 1, p.length());
    };
  }

  /** How many keys of this shard the query of a row sees. */
  private static int seen(Softmax op, FloatTensor x, int row, Placement placement) {
    int queries = x.rank() < 2 ? 1 : x.shape()[x.rank() - 2];
    int query = placement.offset("d" + (x.rank() - 2)) + row % queries;
    int firstKey = placement.offset("d" + (x.rank() - 1));
    return (int) Math.clamp(seen(op.mask(), query) - firstKey, 0L, x.lastDim());
  }

  static void softmax(Softmax op, FloatTensor x, FloatTensor y, Placement placement) {
    int n = x.lastDim();
    float scale = (float) op.scale();
    for (int r = 0; r < x.rows(); r++) {
      int seen = seen(op, x, r, placement);
      float max = Rows.max(x.data(), r * n, seen, scale);
      double sum = exponentials(x.data(), r * n, seen, n, scale, max, y.data());
      Rows.scale(y.data(), r * n, seen, reciprocal(sum));
    }
  }

  /** Rows without a single key have a sum of 0. */
  private static float reciprocal(double sum) {
    return sum == 0 ? 0 : (float) (1 / sum);
  }

  private static double exponentials(
      float[] x, int at, int seen, int n, float scale, float max, float[] y) {
    boolean any = max > Float.NEGATIVE_INFINITY;
    Arrays.fill(y, at + (any ? seen : 0), at + n, 0);
    return any ? Rows.exponentials(x, at, seen, scale, max, y, at) : 0;
  }

  static void maximum(Softmax op, FloatTensor x, FloatTensor out, Placement placement) {
    int n = x.lastDim();
    for (int r = 0; r < x.rows(); r++) {
      out.data()[r] = Rows.max(x.data(), r * n, seen(op, x, r, placement), (float) op.scale());
    }
  }

  static void sum(
      Softmax op, FloatTensor x, FloatTensor maximum, FloatTensor out, Placement placement) {
    int n = x.lastDim();
    for (int r = 0; r < x.rows(); r++) {
      float max = maximum.data()[r];
      int seen = seen(op, x, r, placement);
      out.data()[r] = sum(x.data(), r * n, seen, (float) op.scale(), max);
    }
  }

  /** The sum of exp(scale * x - max); nothing is seen where the maximum is minus infinity. */
  static float sum(float[] x, int at, int n, float scale, float max) {
    return max > Float.NEGATIVE_INFINITY ? (float) Rows.sumOfExponentials(x, at, n, scale, max) : 0;
  }

  static void finish(
      Softmax op,
      FloatTensor x,
      FloatTensor maximum,
      FloatTensor sum,
      FloatTensor y,
      Placement placement) {
    int n = x.lastDim();
    float scale = (float) op.scale();
    for (int r = 0; r < x.rows(); r++) {
      int seen = seen(op, x, r, placement);
      exponentials(x.data(), r * n, seen, n, scale, maximum.data()[r], y.data());
      Rows.scale(y.data(), r * n, seen, reciprocal(sum.data()[r]));
    }
  }

  /** Sums of y dy. */
  static void gradStatistics(FloatTensor y, FloatTensor dy, FloatTensor out) {
    for (int r = 0; r < y.rows(); r++) {
      out.data()[r] = dot(y, dy, r);
    }
  }

  private static float dot(FloatTensor y, FloatTensor dy, int r) {
    int n = y.lastDim();
    return (float) Rows.dot(y.data(), r * n, dy.data(), r * n, n);
  }

  /** Row by row, so that the second pass over a row finds it in the cache. */
  static void grad(SoftmaxGrad op, FloatTensor y, FloatTensor dy, FloatTensor dx) {
    int n = y.lastDim();
    for (int r = 0; r < y.rows(); r++) {
      float dot = dot(y, dy, r);
      slopes(y.data(), dy.data(), r * n, n, (float) op.scale(), dot, dx.data());
    }
  }

  static void finishGrad(
      SoftmaxGrad op, FloatTensor y, FloatTensor dy, FloatTensor dots, FloatTensor dx) {
    int n = y.lastDim();
    for (int r = 0; r < y.rows(); r++) {
      slopes(y.data(), dy.data(), r * n, n, (float) op.scale(), dots.data()[r], dx.data());
    }
  }

  private static void slopes(
      float[] y, float[] dy, int at, int n, float scale, float dot, float[] dx) {
    int i = at;
    for (int whole = at + bound(n); i < whole; i += L) {
      load(dy, i).sub(dot).mul(load(y, i).mul(scale)).intoArray(dx, i);
    }
    for (; i < at + n; i++) {
      dx[i] = scale * y[i] * (dy[i] - dot);
    }
  }
}
