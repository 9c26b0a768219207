package autopar.solver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * The intra-operator problem in the form of the ASPLOS/EuroSys 2025 contest: pick one strategy per
 * node so that the sum of node costs and edge costs is least and, at every time, the usages of the
 * nodes alive do not exceed the limit.
 *
 * <p>A node lives in the half-open interval {@code [start, end)}; an empty interval occupies
 * nothing. An edge joins two or more distinct nodes; its costs are row-major over the strategies of
 * its nodes, the last node fastest, and edges over the same nodes all count. Costs and usages are
 * not negative; a cost of {@link #FORBIDDEN} or more rules a choice out. The value is immutable.
 *
 * <p>Source of the form: Moffitt and Fegade, "The ASPLOS 2025 / EuroSys 2025 Contest on
 * Intra-Operator Parallelism for Distributed Deep Learning".
 */
public final class IntraOpProblem {
  /** A cost from which on a strategy or a cell of an edge may not be chosen. */
  public static final long FORBIDDEN = 1_000_000_000_000_000_000L;

  private final String name;
  private final int[] starts;
  private final int[] ends;
  private final long[][] costs;
  private final long[][] usages;
  private final int[][] edgeNodes;
  private final long[][] edgeCosts;
  private final long usageLimit;
  private final String[] nodeNames;
  private final String[][] strategyNames;

  private IntraOpProblem(Builder from) {
    name = from.name;
    starts = Arrays.copyOf(from.starts, from.nodes);
    ends = Arrays.copyOf(from.ends, from.nodes);
    costs = from.costs.toArray(long[][]::new);
    usages = from.usages.toArray(long[][]::new);
    edgeNodes = from.edgeNodes.toArray(int[][]::new);
    edgeCosts = from.edgeCosts.toArray(long[][]::new);
    usageLimit = from.usageLimit;
    nodeNames = from.nodeNames.toArray(String[]::new);
    strategyNames = from.strategyNames.toArray(String[][]::new);
  }

  /** A builder for a problem of that name. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** The name of the problem, for messages. */
  public String name() {
    return name;
  }

  /** The number of nodes. */
  public int nodeCount() {
    return costs.length;
  }

  /** The number of strategies of {@code node}, at least one. */
  public int strategyCount(int node) {
    return costs[node].length;
  }

  /** The cost of choosing {@code strategy} at {@code node}. */
  public long cost(int node, int strategy) {
    return costs[node][strategy];
  }

  /** The usage of {@code node} at every time it is alive when it has {@code strategy}. */
  public long usage(int node, int strategy) {
    return usages[node][strategy];
  }

  /** The first time at which {@code node} is alive. */
  public int start(int node) {
    return starts[node];
  }

  /** The first time at which {@code node} is alive no more. */
  public int end(int node) {
    return ends[node];
  }

  /** The number of edges. */
  public int edgeCount() {
    return edgeNodes.length;
  }

  /** The number of nodes that {@code edge} joins, at least two. */
  public int arity(int edge) {
    return edgeNodes[edge].length;
  }

  /** The node at {@code position} of {@code edge}. */
  public int edgeNode(int edge, int position) {
    return edgeNodes[edge][position];
  }

  /** The number of cells of the cost table of {@code edge}. */
  public int cellCount(int edge) {
    return edgeCosts[edge].length;
  }

  /** The cost of one cell of {@code edge}; cells are row-major, the last node fastest. */
  public long edgeCost(int edge, int cell) {
    return edgeCosts[edge][cell];
  }

  /** The cell of {@code edge} that the strategies in {@code choice} (one per node) select. */
  public int cell(int edge, int[] choice) {
    int cell = 0;
    for (int node : edgeNodes[edge]) {
      cell = cell * costs[node].length + choice[node];
    }
    return cell;
  }

  /** What the usages alive at one time may sum up to, equality allowed; empty when unlimited. */
  public OptionalLong usageLimit() {
    return usageLimit == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(usageLimit);
  }

  /** The name of {@code node}; its number where it was given none. */
  public String nodeName(int node) {
    String given = nodeNames[node];
    return given == null ? Integer.toString(node) : given;
  }

  /** A choice in words, such as {@code pick[mlp.fc1]{S1@tensor}}. */
  public String describe(int node, int strategy) {
    String[] names = strategyNames[node];
    return "pick[" + nodeName(node) + "]{" + (names == null ? strategy : names[strategy]) + "}";
  }

  @Override
  public String toString() {
    return "problem "
        + name
        + ": "
        + nodeCount()
        + " nodes, "
        + edgeCount()
        + " edges"
        + (usageLimit == Long.MAX_VALUE ? "" : ", usage limit " + usageLimit);
  }

  /** Collects nodes and edges; arrays given to it are copied unless the method says otherwise. */
  public static final class Builder {
    private final String name;
    private int nodes;
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private final List<long[]> costs = new ArrayList<>();
    private final List<long[]> usages = new ArrayList<>();
    private final List<int[]> edgeNodes = new ArrayList<>();
    private final List<long[]> edgeCosts = new ArrayList<>();
    private final List<String> nodeNames = new ArrayList<>();
    private final List<String[]> strategyNames = new ArrayList<>();
    private long usageLimit = Long.MAX_VALUE;

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Adds a node alive in {@code [start, end)}.
     *
     * @return its number
     * @throws IllegalArgumentException if there is no strategy, the lengths differ or a number is
     *     negative
     */
    public int addNode(int start, int end, long[] costs, long[] usages) {
      return addNode(null, null, start, end, costs, usages);
    }

    /** Adds a node with names for printing; {@code strategyNames} may be null. */
    public int addNode(
        String nodeName, String[] strategyNames, int start, int end, long[] costs, long[] usages) {
      String label = nodeName == null ? Integer.toString(nodes) : nodeName;
      require(costs.length > 0, "node %s has no strategy", label);
      require(costs.length == usages.length, "node %s: as many usages as costs", label);
      requireNotNegative(costs, "cost of node", label);
      requireNotNegative(usages, "usage of node", label);
      if (nodes == starts.length) {
        starts = Arrays.copyOf(starts, 2 * nodes);
        ends = Arrays.copyOf(ends, 2 * nodes);
      }
      starts[nodes] = start;
      ends[nodes] = end;
      this.costs.add(costs.clone());
      this.usages.add(usages.clone());
      this.nodeNames.add(nodeName);
      this.strategyNames.add(strategyNames == null ? null : strategyNames.clone());
      return nodes++;
    }

    /** Adds an edge between {@code a} and {@code b}; costs row-major, strategies of b fastest. */
    public Builder addEdge(int a, int b, long[] costs) {
      return addEdge(new int[] {a, b}, costs);
    }

    /**
     * Adds an edge over two or more distinct nodes added before.
     *
     * @throws IllegalArgumentException if a node is unknown or named twice, the table has the wrong
     *     size, or a cost is negative
     */
    public Builder addEdge(int[] nodes, long[] costs) {
      return addEdgeOwned(nodes.clone(), costs.clone());
    }

    /** As {@link #addEdge(int[], long[])}, but keeps the arrays: the caller gives them away. */
    public Builder addEdgeOwned(int[] nodes, long[] costs) {
      String label = Integer.toString(edgeNodes.size());
      require(nodes.length >= 2, "edge %s joins fewer than two nodes", label);
      long cells = 1;
      for (int i = 0; i < nodes.length; i++) {
        require(nodes[i] >= 0 && nodes[i] < this.nodes, "edge %s names an unknown node", label);
        for (int j = 0; j < i; j++) {
          require(nodes[i] != nodes[j], "edge %s names a node twice", label);
        }
        cells = Math.multiplyExact(cells, (long) this.costs.get(nodes[i]).length);
      }
      require(cells == costs.length, "edge %s has a table of the wrong size", label);
      requireNotNegative(costs, "cost of edge", label);
      edgeNodes.add(nodes);
      edgeCosts.add(costs);
      return this;
    }

    /** Sets what usages may sum up to at one time; without it there is no limit. */
    public Builder usageLimit(long limit) {
      require(limit >= 0, "the usage limit of %s is negative", name);
      usageLimit = limit;
      return this;
    }

    /** The problem as collected so far. */
    public IntraOpProblem build() {
      return new IntraOpProblem(this);
    }

    private static void requireNotNegative(long[] values, String what, String label) {
      for (long value : values) {
        require(value >= 0, "a " + what + " %s is negative", label);
      }
    }

    private static void require(boolean holds, String message, String label) {
      if (!holds) {
        throw new IllegalArgumentException(String.format(message, label));
      }
    }
  }
}
