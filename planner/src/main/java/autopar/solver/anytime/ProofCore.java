package autopar.solver.anytime;

import autopar.solver.certificate.ProofNode;
import autopar.solver.certificate.ProofState;
import autopar.solver.certificate.ProofStep;
import autopar.solver.reduce.Core;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The state of a proof as a core to search: its nodes, strategies and rows in the same order, its
 * tables normalised.
 *
 * @param nodes by node of the core, its number in the proof
 * @param strategies by node and strategy of the core, its number in the proof
 * @param moved what normalising moved out of the tables
 */
record ProofCore(Core core, int[] nodes, int[][] strategies, DualPoint moved) {
  private static final double UNIT = 1.0 / (1L << ProofState.COST_BITS);

  static ProofCore of(ProofState state) {
    int[] nodes = state.nodesLeft();
    int[][] strategies = new int[nodes.length][];
    double[][] unary = new double[nodes.length][];
    Core.Usage[][] usage = new Core.Usage[nodes.length][];
    List<int[]> ends = new ArrayList<>();
    List<double[]> tables = new ArrayList<>();
    for (int i = 0; i < nodes.length; i++) {
      ProofNode node = state.node(nodes[i]);
      strategies[i] = node.strategies();
      unary[i] = Arrays.stream(node.costs()).mapToDouble(ProofCore::cost).toArray();
      usage[i] = node.uses().stream().map(ProofCore::usage).toArray(Core.Usage[]::new);
      for (ProofNode.Table table : node.tablesAbove(nodes[i])) {
        ends.add(new int[] {i, Arrays.binarySearch(nodes, table.high())});
        tables.add(Arrays.stream(table.cells()).mapToDouble(ProofCore::cost).toArray());
      }
    }
    double[][] first = new double[tables.size()][];
    double[][] second = new double[tables.size()][];
    for (int e = 0; e < first.length; e++) {
      int a = ends.get(e)[0];
      int b = ends.get(e)[1];
      first[e] = lines(tables.get(e), unary[a], unary[b].length, 1, unary[b].length);
      second[e] = lines(tables.get(e), unary[b], 1, unary[b].length, unary[a].length);
    }
    double[] slack = Arrays.stream(state.slack()).asDoubleStream().toArray();
    Core core =
        new Core(
            state.constant() * UNIT,
            unary,
            ends.toArray(int[][]::new),
            tables.toArray(double[][]::new),
            usage,
            slack,
            state.rowTimes());
    return new ProofCore(core, nodes, strategies, new DualPoint(new double[0], first, second));
  }

  private static double cost(long cost) {
    return cost == ProofState.NEVER ? Double.POSITIVE_INFINITY : cost * UNIT;
  }

  private static Core.Usage usage(ProofNode.Use use) {
    return new Core.Usage(
        use.from(), use.to(), Arrays.stream(use.amount()).asDoubleStream().toArray());
  }

  /** Moves the least cell of every line of a table to the cost of its strategy. */
  private static double[] lines(double[] table, double[] costs, int next, int step, int length) {
    double[] moved = new double[costs.length];
    for (int s = 0; s < moved.length; s++) {
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < length; i++) {
        least = Math.min(least, table[s * next + i * step]);
      }
      if (least < Double.POSITIVE_INFINITY) {
        for (int i = 0; i < length; i++) {
          table[s * next + i * step] -= least;
        }
        costs[s] += least;
        moved[s] = least;
      }
    }
    return moved;
  }

  /** The step that weighs the state by a point of this core. */
  ProofStep.Weigh weigh(DualPoint point) {
    int[] priced =
        IntStream.range(0, point.prices().length).filter(r -> point.prices()[r] > 0).toArray();
    long[][][] potentials = new long[core.edgeCount()][][];
    for (int e = 0; e < potentials.length; e++) {
      potentials[e] =
          new long[][] {
            sum(moved.first()[e], point.first()[e]), sum(moved.second()[e], point.second()[e])
          };
    }
    return new ProofStep.Weigh(
        Arrays.stream(priced).map(r -> core.rowTimes()[r]).toArray(),
        Arrays.stream(priced)
            .mapToLong(r -> Math.round(point.prices()[r] * (1L << ProofState.PRICE_BITS)))
            .toArray(),
        potentials);
  }

  private static long[] sum(double[] some, double[] more) {
    return IntStream.range(0, some.length)
        .mapToLong(s -> Math.round((some[s] + more[s]) / UNIT))
        .toArray();
  }
}
