package autopar.intraop;

import autopar.cost.Collective;
import autopar.ir.graph.Node;
import autopar.ir.type.TensorType;
import autopar.solver.elimination.EliminationWorkspace;
import autopar.strategy.AxisCode;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the ways to run a body worth knowing: for every boundary sharding, the fastest, and the
 * fastest under rising prices of memory (the supported points of the trade of seconds for bytes).
 *
 * <p>Each price vector is one exact variable elimination over the body (Bertele and Brioschi 1972);
 * transformer blocks have treewidth 2 to 3. Synchronization of gradients costs its seconds divided
 * by the micro-batches of a step.
 */
public final class LayerSolver {

  /** Prices of memory tried, in multiples of (seconds of the layer) / (bytes of the layer). */
  private static final double[] MEMORY_PRICES = {0, 0.3, 3};

  private final LayerProblem problem;
  private final BodyStructure structure;
  private final EliminationWorkspace workspace;
  private final double[][] unary;
  private final double[][] pair;

  /** By node and strategy: seconds of kernels and of the all-reduces within them. */
  private final double[][] seconds;

  /** By node and strategy: bytes kept per micro-batch in flight when nothing is recomputed. */
  private final double[][] savedBytes;

  /** By use of a parameter and strategy of its reader: elements, and seconds to synchronize. */
  private final double[][] elements;

  private final double[][] synchronization;

  public LayerSolver(LayerProblem problem, EliminationPlans plans) {
    this.problem = problem;
    this.structure = problem.structure();
    workspace = plans.of(problem).newWorkspace();
    pair = pairTables();
    unary = new double[structure.variables()][];
    for (int v = 0; v < unary.length; v++) {
      unary[v] = new double[problem.domainSizes[v]];
    }
    seconds = new double[structure.nodes()][];
    savedBytes = new double[structure.nodes()][];
    for (Node node : structure.body().nodes()) {
      addUp(node);
    }
    elements = new double[structure.parameters().size()][];
    synchronization = new double[elements.length][];
    for (int p = 0; p < elements.length; p++) {
      addUp(p);
    }
  }

  private void addUp(Node node) {
    int i = node.id();
    int count = problem.domainSizes[i];
    seconds[i] = new double[count];
    savedBytes[i] = new double[count];
    for (int s = 0; s < count; s++) {
      seconds[i][s] =
          problem.forward[i][s]
              + problem.forwardStatistics[i][s]
              + problem.backward[i][s]
              + problem.backwardStatistics[i][s];
      savedBytes[i][s] = problem.savedBytes(RecomputeMode.NONE, node, s);
    }
  }

  private void addUp(int parameter) {
    BodyStructure.ParameterUse use = structure.parameters().get(parameter);
    int count = problem.domainSizes[use.node()];
    elements[parameter] = new double[count];
    synchronization[parameter] = new double[count];
    for (int s = 0; s < count; s++) {
      elements[parameter][s] = elements(use, s);
      synchronization[parameter][s] = synchronization(use, s, elements[parameter][s]);
    }
  }

  private double[][] pairTables() {
    double[][] tables = new double[problem.edges.length][];
    for (int e = 0; e < tables.length; e++) {
      LayerProblem.EdgePrices prices = problem.edges[e];
      int rows = prices.fromClass().length;
      int columns = prices.toClass().length;
      double[] table = new double[rows * columns];
      for (int a = 0; a < rows; a++) {
        double[] there = prices.forward()[prices.fromClass()[a]];
        double[] back = prices.backward()[prices.fromClass()[a]];
        for (int b = 0; b < columns; b++) {
          int c = prices.toClass()[b];
          table[a * columns + b] = there[c] + back[c];
        }
      }
      tables[e] = table;
    }
    return tables;
  }

  /**
   * The options worth knowing, without repeats, in a fixed order.
   *
   * @param microBatches micro-batches per step
   * @param stateBytes bytes per trainable parameter element (weights, gradients, optimizer states)
   * @param inFlight micro-batches in flight that memory prices assume
   */
  public List<LayerOption> options(long microBatches, double stateBytes, double inFlight) {
    OptionEvaluator evaluator = new OptionEvaluator(problem);
    List<LayerOption> found = new ArrayList<>();
    double scale = 0;
    for (double price : MEMORY_PRICES) {
      double secondsPerByte = price * scale;
      double best = solve(1.0 / microBatches, stateBytes, inFlight, secondsPerByte);
      if (Double.isInfinite(best)) {
        return found;
      }
      collect(evaluator, found);
      if (scale == 0) {
        scale = scale(found, stateBytes, inFlight);
      }
    }
    return found;
  }

  /** Adds the answer for every boundary sharding that was not found before. */
  private void collect(OptionEvaluator evaluator, List<LayerOption> found) {
    for (int c = 0; c < problem.boundaryCodes().length; c++) {
      if (Double.isInfinite(workspace.projection()[c])) {
        continue;
      }
      int[] choice = new int[structure.variables()];
      workspace.argmin(c, choice);
      if (found.stream().noneMatch(o -> Arrays.equals(o.choice(), choice))) {
        found.add(evaluator.evaluate(choice));
      }
    }
  }

  /**
   * Seconds per micro-batch that no choice of strategies is below, recomputation and gradient
   * synchronization left out.
   *
   * @param options the answer of {@link #options}
   */
  public double leastSeconds(List<LayerOption> options) {
    if (options.isEmpty() || synchronizationVaries()) {
      return solve(0, 0, 0, 0);
    }
    double least = Double.POSITIVE_INFINITY;
    for (LayerOption option : options) {
      least = Math.min(least, option.seconds(0));
    }
    return least;
  }

  /** Does what gradients cost depend on strategies? Otherwise the fastest option is the least. */
  private boolean synchronizationVaries() {
    for (double[] ofStrategy : synchronization) {
      for (double itsSeconds : ofStrategy) {
        if (itsSeconds != ofStrategy[0]) {
          return true;
        }
      }
    }
    return false;
  }

  /** Seconds to all-reduce the gradient of a parameter under strategy {@code s} of its reader. */
  private double synchronization(BodyStructure.ParameterUse use, int s, double itsElements) {
    int[] gradients = problem.strategies[use.node()].operandGradient()[s];
    int mask = AxisCode.partialAxes(gradients[use.operand()]);
    return mask == 0 || !use.trainable()
        ? 0
        : problem.reshard().price(Collective.ALL_REDUCE, 2 * itsElements, mask);
  }

  private double elements(BodyStructure.ParameterUse use, int s) {
    TensorType type = structure.body().value(use.value()).type();
    int code = problem.strategies[use.node()].operand()[s][use.operand()];
    return (double) type.elements(1) / AxisCode.shards(code, problem.mesh().sizes());
  }

  private static double scale(List<LayerOption> fastest, double stateBytes, double inFlight) {
    LayerOption best = fastest.getFirst();
    for (LayerOption option : fastest) {
      best = option.seconds(0) < best.seconds(0) ? option : best;
    }
    double bytes = inFlight * best.savedBytes()[0];
    for (double elements : best.trainableElements()) {
      bytes += stateBytes * elements;
    }
    return best.seconds(0) / Math.max(1, bytes);
  }

  private double solve(
      double stepShare, double stateBytes, double inFlight, double secondsPerByte) {
    for (int i = 0; i < seconds.length; i++) {
      for (int s = 0; s < seconds[i].length; s++) {
        unary[i][s] = seconds[i][s] + secondsPerByte * inFlight * savedBytes[i][s];
      }
    }
    for (int p = 0; p < elements.length; p++) {
      double[] cost = unary[structure.parameters().get(p).node()];
      for (int s = 0; s < cost.length; s++) {
        cost[s] += secondsPerByte * stateBytes * elements[p][s];
        cost[s] += stepShare * synchronization[p][s];
      }
    }
    return workspace.solve(unary, pair);
  }
}
