package autopar.solver.certificate;

import autopar.solver.IntraOpProblem;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Computes what a certificate proves, from the problem alone.
 *
 * <p>For any prices p(t) of at least zero and any potentials q, no allowed choice that fits costs
 * less than
 *
 * <pre>
 *   - sum over t of p(t) * limit
 *   + sum over nodes of min over s of (cost(s) + usage(s) * sum of p(t) while alive + sum of q(s))
 *   + sum over edges of min over cells of (cost - sum of q of the cell's strategies)
 * </pre>
 *
 * <p>because the potentials cancel and a choice that fits pays at most the limit at each price.
 * Minima leave out what no allowed choice has: forbidden cells, strategies above the limit on their
 * own, and strategies without an allowed partner (arc consistency). Costs beyond 2^50 count as
 * 2^50, which only lowers the sum.
 */
public final class CertificateChecker {
  private static final long LARGE = 1L << 50;

  private final IntraOpProblem problem;
  private final Certificate certificate;
  private final boolean[][] out;

  /** By entry of the certificate's times, the sum of the prices before it. */
  private final BigInteger[] paidBefore;

  private CertificateChecker(IntraOpProblem problem, Certificate certificate) {
    this.problem = problem;
    this.certificate = certificate;
    out = new boolean[problem.nodeCount()][];
    paidBefore = new BigInteger[certificate.times().length + 1];
  }

  /**
   * The bound that {@code certificate} proves for {@code problem}: no choice costs less.
   *
   * @throws IllegalArgumentException if the certificate is not one for this problem
   */
  public static long bound(IntraOpProblem problem, Certificate certificate) {
    return new CertificateChecker(problem, certificate).bound();
  }

  private long bound() {
    if (certificate.potentials().length != problem.edgeCount()) {
      throw new IllegalArgumentException("the certificate is for another number of edges");
    }
    if (certificate.times().length > 0 && problem.usageLimit().isEmpty()) {
      throw new IllegalArgumentException("prices without a usage limit prove nothing");
    }
    ruleOut();
    BigInteger sum = BigInteger.ZERO;
    Arrays.fill(paidBefore, BigInteger.ZERO);
    for (int t = 0; t < certificate.times().length; t++) {
      if (t > 0 && certificate.times()[t] <= certificate.times()[t - 1]) {
        throw new IllegalArgumentException("times must ascend");
      }
      if (certificate.prices()[t] < 0) {
        throw new IllegalArgumentException("price " + t + " is negative");
      }
      sum =
          sum.subtract(
              BigInteger.valueOf(certificate.prices()[t])
                  .multiply(BigInteger.valueOf(problem.usageLimit().getAsLong())));
      paidBefore[t + 1] = paidBefore[t].add(BigInteger.valueOf(certificate.prices()[t]));
    }
    long[][] moved = new long[problem.nodeCount()][];
    for (int v = 0; v < moved.length; v++) {
      moved[v] = new long[problem.strategyCount(v)];
    }
    BigInteger edges = BigInteger.ZERO;
    for (int e = 0; e < problem.edgeCount(); e++) {
      edges = edges.add(BigInteger.valueOf(edge(e, moved)));
    }
    sum = sum.add(edges.shiftLeft(Certificate.PRICE_BITS - Certificate.POTENTIAL_BITS));
    for (int v = 0; v < moved.length; v++) {
      sum = sum.add(node(v, moved[v]));
    }
    BigInteger unit = BigInteger.ONE.shiftLeft(Certificate.PRICE_BITS);
    BigInteger[] whole = sum.divideAndRemainder(unit);
    // Costs are whole, so a bound between two of them is the next one.
    return (whole[1].signum() > 0 ? whole[0].add(BigInteger.ONE) : whole[0]).longValueExact();
  }

  /** The least cell of an edge less its potentials, which are added to {@code moved}. */
  private long edge(int e, long[][] moved) {
    long[][] potentials = certificate.potentials()[e];
    int arity = problem.arity(e);
    if (potentials.length != arity) {
      throw new IllegalArgumentException("edge " + e + " has " + arity + " nodes");
    }
    for (int k = 0; k < arity; k++) {
      int v = problem.edgeNode(e, k);
      if (potentials[k].length != problem.strategyCount(v)) {
        throw new IllegalArgumentException("edge " + e + " has potentials of another node");
      }
      for (int s = 0; s < potentials[k].length; s++) {
        moved[v][s] = Math.addExact(moved[v][s], potentials[k][s]);
      }
    }
    long least = Long.MAX_VALUE;
    for (int c = 0; c < problem.cellCount(e); c++) {
      if (problem.edgeCost(e, c) < IntraOpProblem.FORBIDDEN) {
        long rest = Math.min(problem.edgeCost(e, c), LARGE) << Certificate.POTENTIAL_BITS;
        boolean allowed = true;
        for (int k = arity - 1, index = c; k >= 0; k--) {
          int v = problem.edgeNode(e, k);
          int s = index % problem.strategyCount(v);
          index /= problem.strategyCount(v);
          allowed &= !out[v][s];
          rest = Math.subtractExact(rest, potentials[k][s]);
        }
        least = allowed ? Math.min(least, rest) : least;
      }
    }
    return least == Long.MAX_VALUE ? 0 : least;
  }

  private BigInteger node(int v, long[] moved) {
    BigInteger paid = BigInteger.ZERO;
    if (problem.start(v) < problem.end(v)) {
      paid =
          paidBefore[firstFrom(problem.end(v))].subtract(paidBefore[firstFrom(problem.start(v))]);
    }
    BigInteger least = null;
    for (int s = 0; s < moved.length; s++) {
      if (!out[v][s]) {
        long own = Math.min(problem.cost(v, s), LARGE) << Certificate.POTENTIAL_BITS;
        BigInteger value =
            BigInteger.valueOf(Math.addExact(own, moved[s]))
                .shiftLeft(Certificate.PRICE_BITS - Certificate.POTENTIAL_BITS)
                .add(paid.multiply(BigInteger.valueOf(problem.usage(v, s))));
        least = least == null ? value : least.min(value);
      }
    }
    return least == null ? BigInteger.ZERO : least;
  }

  /** The first entry of the certificate's times that is not before {@code time}. */
  private int firstFrom(int time) {
    int found = Arrays.binarySearch(certificate.times(), time);
    return found >= 0 ? found : -found - 1;
  }

  private void ruleOut() {
    long limit = problem.usageLimit().orElse(Long.MAX_VALUE);
    for (int v = 0; v < out.length; v++) {
      out[v] = new boolean[problem.strategyCount(v)];
      for (int s = 0; s < out[v].length; s++) {
        boolean heavy = problem.start(v) < problem.end(v) && problem.usage(v, s) > limit;
        out[v][s] = heavy || problem.cost(v, s) >= IntraOpProblem.FORBIDDEN;
      }
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int e = 0; e < problem.edgeCount(); e++) {
        changed |= ruleOutAlong(e);
      }
    }
  }

  private boolean ruleOutAlong(int e) {
    int arity = problem.arity(e);
    boolean[][] has = new boolean[arity][];
    for (int k = 0; k < arity; k++) {
      has[k] = new boolean[problem.strategyCount(problem.edgeNode(e, k))];
    }
    int[] at = new int[arity];
    for (int c = 0; c < problem.cellCount(e); c++) {
      boolean allowed = problem.edgeCost(e, c) < IntraOpProblem.FORBIDDEN;
      for (int k = arity - 1, index = c; k >= 0 && allowed; k--) {
        at[k] = index % has[k].length;
        index /= has[k].length;
        allowed = !out[problem.edgeNode(e, k)][at[k]];
      }
      for (int k = 0; k < arity && allowed; k++) {
        has[k][at[k]] = true;
      }
    }
    boolean changed = false;
    for (int k = 0; k < arity; k++) {
      boolean[] gone = out[problem.edgeNode(e, k)];
      boolean[] before = gone.clone();
      for (int s = 0; s < gone.length; s++) {
        gone[s] |= !has[k][s];
      }
      changed |= !Arrays.equals(before, gone);
    }
    return changed;
  }
}
