package autopar.solver.elimination;

import java.util.Arrays;

/**
 * The tables of one elimination: solves one problem after another without leaving garbage.
 *
 * <p>Costs are finite or {@code +Infinity} (a choice that is ruled out), never NaN or {@code
 * -Infinity}. A workspace serves one thread; it keeps the last solved problem for {@link #argmin},
 * so the tables given to {@link #solve} must not change until that was asked.
 */
public final class EliminationWorkspace {
  private static final double[] NOTHING = {};

  private final EliminationPlan plan;
  private final DominancePruning pruning;
  private final double[][] messages;
  private final double[] projection;
  private final BucketTable bucket;
  private final int[] compactChoice;
  private double best = Double.NaN;

  EliminationWorkspace(EliminationPlan plan) {
    this.plan = plan;
    pruning = new DominancePruning(plan);
    messages = new double[plan.order.length][];
    for (int step = 0; step < messages.length; step++) {
      messages[step] = new double[0];
    }
    int cells = 1;
    for (int v : plan.interfaceVariables) {
      cells *= plan.domains[v];
    }
    projection = new double[cells];
    bucket = new BucketTable();
    compactChoice = new int[plan.domains.length];
  }

  /**
   * Minimises the sum of all unary and pair costs.
   *
   * @param unary one array per variable, one cost per value
   * @param pair one table per edge of the plan, row-major, the edge's second variable fastest
   * @return the least sum; {@code +Infinity} if every choice is ruled out
   */
  public double solve(double[][] unary, double[][] pair) {
    pruning.prune(unary, pair);
    for (int step = 0; step < messages.length; step++) {
      openStep(step);
      int cells = bucket.cells();
      if (messages[step].length < cells) {
        messages[step] = new double[cells];
      }
      bucket.minimise(messages[step], 0);
    }
    openInterface();
    bucket.sum(projection);
    best = Double.POSITIVE_INFINITY;
    for (double value : projection) {
      best = Math.min(best, value);
    }
    return best;
  }

  /**
   * The least sum for every assignment of the interface variables, row-major in their order, the
   * last one fastest; one cell when there are none. The array is reused by the next solve.
   */
  public double[] projection() {
    return projection;
  }

  /** Writes to {@code choice} (one entry per variable) an assignment that attains the least sum. */
  public void argmin(int[] choice) {
    int cell = 0;
    for (int i = 1; i < projection.length; i++) {
      if (projection[i] < projection[cell]) {
        cell = i;
      }
    }
    argmin(cell, choice);
  }

  /**
   * Writes to {@code choice} (one entry per variable) an assignment that attains {@code
   * projection()[cell]}; ties go to the lowest value.
   *
   * @throws IllegalArgumentException if that cell is {@code +Infinity}
   */
  public void argmin(int cell, int[] choice) {
    if (!(projection[cell] < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("no choice has interface cell " + cell);
    }
    Arrays.fill(compactChoice, 0);
    int rest = cell;
    for (int i = plan.interfaceVariables.length - 1; i >= 0; i--) {
      int v = plan.interfaceVariables[i];
      compactChoice[v] = rest % plan.domains[v];
      rest /= plan.domains[v];
    }
    for (int step = messages.length - 1; step >= 0; step--) {
      openStep(step);
      compactChoice[plan.order[step]] = bucket.best(compactChoice);
    }
    for (int v = 0; v < choice.length; v++) {
      choice[v] = pruning.original(v, compactChoice[v]);
    }
  }

  private void openStep(int step) {
    int v = plan.order[step];
    bucket.begin(v, pruning.unary(v), plan.scopes[step], pruning.sizes());
    addInputs(plan.edgeInputs[step], plan.messageInputs[step]);
  }

  private void openInterface() {
    bucket.begin(-1, NOTHING, plan.interfaceVariables, pruning.sizes());
    addInputs(plan.finalEdges, plan.finalMessages);
    for (int v : plan.interfaceVariables) {
      bucket.addUnary(v, pruning.unary(v));
    }
  }

  private void addInputs(int[] edges, int[] earlier) {
    for (int e : edges) {
      bucket.addPair(pruning.pair(e), plan.edges[e][0], plan.edges[e][1], pruning.sizes());
    }
    for (int m : earlier) {
      bucket.addMessage(messages[m], 0, plan.scopes[m], pruning.sizes());
    }
  }
}
