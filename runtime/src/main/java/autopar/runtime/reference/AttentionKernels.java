package autopar.runtime.reference;

import autopar.ir.op.Attention;
import autopar.runtime.Placement;
import java.util.ArrayList;
import java.util.List;

/** Attention by its definition, one row of scores at a time. */
final class AttentionKernels {

  private AttentionKernels() {}

  /** Sizes and operands of one call. */
  private static final class Call {
    final Attention op;
    final Placement placement;
    final Tensor q;
    final Tensor k;
    final Tensor v;
    final Aligned bias;
    final int batch;
    final int queries;
    final int keys;
    final int heads;
    final int groups;
    final int head;
    final int[] scores;

    Call(Attention op, List<Tensor> in, boolean withBias, Placement placement) {
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
      scores = new int[] {batch, heads, queries, keys};
      bias = withBias ? new Aligned(in.get(3), scores) : null;
    }

    int queryAt(int b, int s, int n) {
      return ((b * queries + s) * heads + n) * head;
    }

    int keyAt(int b, int t, int n) {
      return ((b * keys + t) * groups + n / (heads / groups)) * head;
    }

    int scoreAt(int b, int n, int s, int t) {
      return ((b * heads + n) * queries + s) * keys + t;
    }

    double dot(double[] x, int i, double[] y, int j) {
      double sum = 0;
      for (int d = 0; d < head; d++) {
        sum += x[i + d] * y[j + d];
      }
      return sum;
    }

    /** Scores of one query; hidden keys are minus infinity. */
    double[] row(int b, int n, int s) {
      double[] row = new double[keys];
      for (int t = 0; t < keys; t++) {
        boolean seen = op.mask().sees(s + placement.offset("s"), t);
        double score = op.scale() * dot(q.data(), queryAt(b, s, n), k.data(), keyAt(b, t, n));
        double added = bias == null ? 0 : bias.at(scoreAt(b, n, s, t));
        row[t] = seen ? score + added : Double.NEGATIVE_INFINITY;
      }
      return row;
    }

    /** What dropout makes of the probability of one score: 0 or 1 / (1 - rate) times it. */
    double kept(int b, int n, int s, int t) {
      if (op.dropout() == 0) {
        return 1;
      }
      return placement.survives(wholeScore(b, n, s, t), op.dropout()) ? 1 / (1 - op.dropout()) : 0;
    }

    /** Index of a score in the scores of all samples, heads, queries and keys. */
    private long wholeScore(int b, int n, int s, int t) {
      int members = placement.extent("r", heads / groups);
      int wholeHeads = placement.extent("g", groups) * members;
      long head = placement.offset("g") * (long) members + placement.offset("r") + n;
      long row = (placement.offset("b") + (long) b) * wholeHeads + head;
      return (row * placement.extent("s", queries) + placement.offset("s") + s) * keys + t;
    }
  }

  static List<Tensor> forward(Attention op, List<Tensor> in, Placement placement) {
    Call c = new Call(op, in, in.size() == 4, placement);
    Tensor y = Tensor.zeros(c.q.shape());
    Tensor lse = Tensor.zeros(c.batch, c.heads, c.queries);
    for (int b = 0; b < c.batch; b++) {
      for (int n = 0; n < c.heads; n++) {
        for (int s = 0; s < c.queries; s++) {
          double[] row = c.row(b, n, s);
          double sum = SoftmaxKernels.logSumExp(row, 0, c.keys);
          lse.data()[(b * c.heads + n) * c.queries + s] = sum;
          for (int t = 0; t < c.keys; t++) {
            double p = Math.exp(row[t] - sum) * c.kept(b, n, s, t);
            for (int d = 0; d < c.head; d++) {
              y.data()[c.queryAt(b, s, n) + d] += p * c.v.data()[c.keyAt(b, t, n) + d];
            }
          }
        }
      }
    }
    return List.of(y, lse);
  }

  /** (q, k, v[, bias], y, log-sum-exp, dy) -> (dq, dk, dv). */
  static List<Tensor> grad(Attention op, List<Tensor> in, Placement placement) {
    Gradients g = new Gradients(op, in, in.size() == 7, placement);
    return List.of(g.dq, g.dk, g.dv);
  }

  /** (q, k, v, bias, y, log-sum-exp, dy) -> dbias. */
  static Tensor biasGrad(Attention op, List<Tensor> in, Placement placement) {
    return new Gradients(op, in, true, placement).dbias;
  }

  /** All gradients; the kept log-sum-exp gives the probabilities without another pass. */
  private static final class Gradients {
    final Tensor dq;
    final Tensor dk;
    final Tensor dv;
    final Tensor dbias;

    Gradients(Attention op, List<Tensor> in, boolean withBias, Placement placement) {
      Call c = new Call(op, in, withBias, placement);
      List<Tensor> kept = new ArrayList<>(in.subList(in.size() - 3, in.size()));
      double[] y = kept.get(0).data();
      double[] lse = kept.get(1).data();
      double[] dy = kept.get(2).data();
      dq = Tensor.zeros(c.q.shape());
      dk = Tensor.zeros(c.k.shape());
      dv = Tensor.zeros(c.v.shape());
      dbias = withBias ? Tensor.zeros(in.get(3).shape()) : Tensor.zeros();
      for (int b = 0; b < c.batch; b++) {
        for (int n = 0; n < c.heads; n++) {
          for (int s = 0; s < c.queries; s++) {
            int at = c.queryAt(b, s, n);
            double delta = c.dot(y, at, dy, at);
            double[] row = c.row(b, n, s);
            for (int t = 0; t < c.keys; t++) {
              int key = c.keyAt(b, t, n);
              double p = Math.exp(row[t] - lse[(b * c.heads + n) * c.queries + s]);
              double survived = c.kept(b, n, s, t);
              double dp = c.dot(dy, at, c.v.data(), key) * survived;
              double ds = p * (dp - delta);
              for (int d = 0; d < c.head; d++) {
                dv.data()[key + d] += p * survived * dy[at + d];
                dq.data()[at + d] += op.scale() * ds * c.k.data()[key + d];
                dk.data()[key + d] += op.scale() * ds * c.q.data()[at + d];
              }
              if (withBias) {
                dbias.data()[c.bias.position(c.scoreAt(b, n, s, t))] += ds;
              }
            }
          }
        }
      }
    }
  }
}
