package autopar.solver.reduce;

import java.util.Arrays;
import java.util.List;

/** What became of a problem. */
public sealed interface Reduced {
  /** No choice is allowed, for this reason. */
  record Contradiction(String reason) implements Reduced {}

  /** A core with the same least cost as the problem, and the way back. */
  final class ToCore implements Reduced {
    private final Core core;
    private final int[] problemNode;
    private final int[][] problemStrategy;
    private final int choiceLength;
    private final int nodeCount;
    private final List<Recovery> recoveries;

    ToCore(
        Core core,
        int[] problemNode,
        int[][] problemStrategy,
        int choiceLength,
        int nodeCount,
        List<Recovery> recoveries) {
      this.core = core;
      this.problemNode = problemNode;
      this.problemStrategy = problemStrategy;
      this.choiceLength = choiceLength;
      this.nodeCount = nodeCount;
      this.recoveries = List.copyOf(recoveries);
    }

    /**
     * The same way back from a core of the same nodes and strategies, costs moved between tables.
     */
    public ToCore withCore(Core other) {
      return new ToCore(other, problemNode, problemStrategy, choiceLength, nodeCount, recoveries);
    }

    /** What is left to decide. */
    public Core core() {
      return core;
    }

    /** The node of the problem that {@code node} of the core is. */
    public int problemNode(int node) {
      return problemNode[node];
    }

    /** The strategy of the problem that {@code strategy} of the core's {@code node} is. */
    public int problemStrategy(int node, int strategy) {
      return problemStrategy[node][strategy];
    }

    /** The choice of the problem that a choice of the core stands for, at the same cost. */
    public int[] expand(int[] coreChoice) {
      int[] choice = new int[choiceLength];
      for (int v = 0; v < coreChoice.length; v++) {
        choice[problemNode[v]] = problemStrategy[v][coreChoice[v]];
      }
      for (int i = recoveries.size() - 1; i >= 0; i--) {
        recoveries.get(i).apply(choice);
      }
      return Arrays.copyOf(choice, nodeCount);
    }
  }
}
