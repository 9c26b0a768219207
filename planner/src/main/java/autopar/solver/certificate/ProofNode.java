package autopar.solver.certificate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A node of a problem under proof; costs are in 2^-10 units, {@link ProofState#NEVER} is forbidden.
 */
public final class ProofNode {
  /** Usage in every row of {@code [from, to)}, by strategy. */
  public record Use(int from, int to, long[] amount) {}

  /** A table row-major over the strategies of the lower node and the higher, which is fastest. */
  public record Table(int low, int high, long[] cells) {}

  /** Takes usage that every strategy has in rows {@code [from, to)}. */
  interface Spender {
    void spend(int from, int to, long usage);
  }

  int[] strategies;
  long[] costs;
  List<Use> uses = List.of();

  /** By neighbour. */
  final TreeMap<Integer, Table> tables;

  ProofNode(int[] strategies, long[] costs) {
    this.strategies = strategies;
    this.costs = costs;
    tables = new TreeMap<>();
  }

  ProofNode(ProofNode other) {
    strategies = other.strategies;
    costs = other.costs.clone();
    uses = other.uses;
    tables = new TreeMap<>(other.tables);
  }

  /** The numbers of the strategies that are left, ascending. */
  public int[] strategies() {
    return strategies.clone();
  }

  /** The cost of each strategy that is left. */
  public long[] costs() {
    return costs.clone();
  }

  /** Usage beyond what all strategies use, in disjoint pieces. */
  public List<Use> uses() {
    return List.copyOf(uses);
  }

  /** The tables to nodes of higher number, ascending. */
  public List<Table> tablesAbove(int own) {
    return List.copyOf(tables.tailMap(own).values());
  }

  int size() {
    return strategies.length;
  }

  /** The index of a strategy that must be left. */
  int index(int strategy) {
    int found = Arrays.binarySearch(strategies, strategy);
    ProofState.require(found >= 0, "a strategy is not there");
    return found;
  }

  /** Keeps the strategies of these indices; tables are the caller's. */
  void keep(int[] left) {
    strategies = Arrays.stream(left).map(s -> strategies[s]).toArray();
    costs = Arrays.stream(left).mapToLong(s -> costs[s]).toArray();
    uses =
        uses.stream()
            .map(use ->
                new Use(
                    use.from, use.to, Arrays.stream(left).mapToLong(s -> use.amount[s]).toArray()))
            .toList();
  }

  /** Cuts the usage into pieces over disjoint rows and spends what all strategies use. */
  void tidyUses(Spender spender) {
    if (uses.isEmpty()) {
      return;
    }
    int[] cuts =
        uses.stream()
            .flatMapToInt(use -> IntStream.of(use.from, use.to))
            .sorted()
            .distinct()
            .toArray();
    long[][] change = new long[cuts.length][size()];
    for (Use use : uses) {
      int from = Arrays.binarySearch(cuts, use.from);
      int to = Arrays.binarySearch(cuts, use.to);
      for (int s = 0; s < size(); s++) {
        change[from][s] = Math.addExact(change[from][s], use.amount[s]);
        change[to][s] = Math.subtractExact(change[to][s], use.amount[s]);
      }
    }
    List<Use> tidy = new ArrayList<>();
    long[] sum = new long[size()];
    for (int c = 0; c + 1 < cuts.length; c++) {
      for (int s = 0; s < size(); s++) {
        sum[s] = Math.addExact(sum[s], change[c][s]);
      }
      long least = Arrays.stream(sum).min().orElseThrow();
      long most = Arrays.stream(sum).max().orElseThrow();
      if (least > 0) {
        spender.spend(cuts[c], cuts[c + 1], least);
      }
      if (most > least) {
        append(tidy, cuts[c], cuts[c + 1], Arrays.stream(sum).map(u -> u - least).toArray());
      }
    }
    uses = tidy;
  }

  private static void append(List<Use> tidy, int from, int to, long[] amount) {
    Use last = tidy.isEmpty() ? null : tidy.getLast();
    if (last != null && last.to == from && Arrays.equals(last.amount, amount)) {
      tidy.set(tidy.size() - 1, new Use(last.from, to, amount));
    } else {
      tidy.add(new Use(from, to, amount));
    }
  }
}
