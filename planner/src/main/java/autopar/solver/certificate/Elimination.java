package autopar.solver.certificate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The least cost of a state without usage, by eliminating node after node (Bertele and Brioschi
 * 1972), each time the one whose new table is smallest.
 *
 * <p>Time and memory are those of the largest tables.
 */
final class Elimination {
  /** A cost by the strategies of some nodes, row-major, the last node fastest. */
  private record Factor(int[] nodes, long[] cells) {}

  private final ProofState state;
  private final TreeMap<Integer, List<Factor>> factorsOf = new TreeMap<>();

  private Elimination(ProofState state) {
    this.state = state;
    for (int v : state.nodesLeft()) {
      factorsOf.put(v, new ArrayList<>());
    }
    for (int v : factorsOf.keySet()) {
      add(new Factor(new int[] {v}, state.node(v).costs));
      for (ProofNode.Table table : state.node(v).tablesAbove(v)) {
        add(new Factor(new int[] {table.low(), table.high()}, table.cells()));
      }
    }
  }

  private void add(Factor factor) {
    for (int v : factor.nodes) {
      factorsOf.get(v).add(factor);
    }
  }

  /** Whether no table has more than so many cells. */
  static boolean fits(ProofState state, int cells) {
    TreeMap<Integer, Set<Integer>> around = new TreeMap<>();
    for (int v : state.nodesLeft()) {
      around.put(v, new TreeSet<>(state.node(v).tables.keySet()));
    }
    while (!around.isEmpty()) {
      int best = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int v : around.keySet()) {
        double size = cells(state, around.get(v));
        if (size < least) {
          least = size;
          best = v;
        }
      }
      if (least * state.node(best).size() > cells) {
        return false;
      }
      Set<Integer> scope = around.remove(best);
      for (int u : scope) {
        around.get(u).addAll(scope);
        around.get(u).remove(u);
        around.get(u).remove(best);
      }
    }
    return true;
  }

  private static double cells(ProofState state, Set<Integer> scope) {
    double size = 1;
    for (int u : scope) {
      size *= state.node(u).size();
    }
    return size;
  }

  /** The least cost of any choice, in 2^-10 units; {@link ProofState#NEVER} if none is allowed. */
  static long least(ProofState state) {
    for (int v : state.nodesLeft()) {
      ProofState.require(state.node(v).uses.isEmpty(), "usage is left where none may be");
    }
    Elimination elimination = new Elimination(state);
    long sum = state.constant();
    while (!elimination.factorsOf.isEmpty()) {
      int v = elimination.next();
      Factor rest = elimination.without(v);
      if (rest.nodes.length > 0) {
        elimination.add(rest);
      } else if (rest.cells[0] == ProofState.NEVER) {
        return ProofState.NEVER;
      } else {
        sum = Math.addExact(sum, rest.cells[0]);
      }
    }
    return sum;
  }

  private int next() {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int v : factorsOf.keySet()) {
      Set<Integer> scope = new HashSet<>();
      factorsOf.get(v).forEach(f -> Arrays.stream(f.nodes).forEach(scope::add));
      scope.remove(v);
      double size = cells(state, scope);
      if (size < least) {
        least = size;
        best = v;
      }
    }
    ProofState.require(least < 1 << 26, "a table is too large");
    return best;
  }

  private Factor without(int v) {
    List<Factor> factors = factorsOf.remove(v);
    int[] scope =
        factors.stream()
            .flatMapToInt(f -> Arrays.stream(f.nodes))
            .filter(u -> u != v)
            .sorted()
            .distinct()
            .toArray();
    for (int u : scope) {
      factorsOf.get(u).removeAll(factors);
    }
    int[] sizes = Arrays.stream(scope).map(u -> state.node(u).size()).toArray();
    int cellCount = Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    int[][] step = new int[factors.size()][];
    int[] ownStep = new int[step.length];
    for (int f = 0; f < step.length; f++) {
      step[f] = new int[scope.length];
      int[] nodes = factors.get(f).nodes;
      for (int k = nodes.length - 1, stride = 1; k >= 0; k--) {
        if (nodes[k] == v) {
          ownStep[f] = stride;
        } else {
          step[f][Arrays.binarySearch(scope, nodes[k])] = stride;
        }
        stride *= state.node(nodes[k]).size();
      }
    }
    long[] least = new long[cellCount];
    int[] at = new int[scope.length];
    int[] base = new int[step.length];
    for (int c = 0; c < cellCount; c++) {
      least[c] = least(factors, base, ownStep, state.node(v).size());
      for (int k = scope.length - 1; k >= 0; k--) {
        at[k]++;
        boolean wraps = at[k] == sizes[k];
        for (int f = 0; f < base.length; f++) {
          base[f] += wraps ? -step[f][k] * (sizes[k] - 1) : step[f][k];
        }
        if (!wraps) {
          break;
        }
        at[k] = 0;
      }
    }
    return new Factor(scope, least);
  }

  private static long least(List<Factor> factors, int[] base, int[] ownStep, int count) {
    long least = ProofState.NEVER;
    for (int s = 0; s < count; s++) {
      long sum = 0;
      for (int f = 0; f < base.length && sum != ProofState.NEVER; f++) {
        sum = ProofState.sum(sum, factors.get(f).cells[base[f] + s * ownStep[f]]);
      }
      least = Math.min(least, sum);
    }
    return least;
  }
}
