package autopar.solver.certificate;

import autopar.solver.IntraOpProblem;
import autopar.solver.certificate.ProofNode.Table;
import autopar.solver.certificate.ProofNode.Use;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A problem under proof: every step is looked at before it changes anything, in exact integers.
 *
 * <p>The claim is that no allowed choice that fits costs less than a bound; each step keeps such a
 * choice if there is one, so that the claim holds once a state is closed. Costs beyond 2^46 count
 * as 2^46, which only makes the claim harder.
 */
public final class ProofState {
  /** A cost that rules a choice out. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Binary digits behind the point of a cost. */
  public static final int COST_BITS = 10;

  /** Binary digits behind the point of a price. */
  public static final int PRICE_BITS = 44;

  private final ProofNode[] nodes;
  private final ProofRows rows;

  /** The most that a choice below the bound costs. */
  private final long most;

  private long constant;
  private boolean closed;

  private ProofState(ProofNode[] nodes, ProofRows rows, long most) {
    this.nodes = nodes;
    this.rows = rows;
    this.most = most;
  }

  private static long below(long bound) {
    return Math.multiplyExact(Math.subtractExact(bound, 1), 1L << COST_BITS);
  }

  /** The problem as it is given, and the claim that nothing costs less than {@code bound}. */
  public static ProofState of(IntraOpProblem problem, long bound) {
    ProofRows rows = new ProofRows(problem);
    ProofState state = new ProofState(ProblemNodes.read(problem, rows), rows, below(bound));
    for (int e = 0, tuple = problem.nodeCount(); e < problem.edgeCount(); e++) {
      if (problem.arity(e) == 2) {
        state.add(problem.edgeNode(e, 0), problem.edgeNode(e, 1), ProblemNodes.cells(problem, e));
      } else {
        for (int k = 0; k < problem.arity(e); k++) {
          state.add(tuple, problem.edgeNode(e, k), ProblemNodes.tie(problem, e, k));
        }
        state.closed |= state.nodes[tuple++].size() == 0;
      }
    }
    return state;
  }

  /** The same state with the claim that nothing costs less than {@code bound}. */
  public ProofState claiming(long bound) {
    return copy(below(bound));
  }

  private ProofState copy(long itsMost) {
    ProofNode[] copies = new ProofNode[nodes.length];
    for (int v = 0; v < nodes.length; v++) {
      copies[v] = nodes[v] == null ? null : new ProofNode(nodes[v]);
    }
    ProofState copy = new ProofState(copies, new ProofRows(rows), itsMost);
    copy.constant = constant;
    copy.closed = closed;
    return copy;
  }

  static void require(boolean holds, String wrong) {
    if (!holds) {
      throw new InvalidProof(wrong);
    }
  }

  /** Whether no choice below the bound is left. */
  public boolean isClosed() {
    return closed;
  }

  /** The numbers of the nodes that are left, ascending. */
  public int[] nodesLeft() {
    return IntStream.range(0, nodes.length).filter(v -> nodes[v] != null).toArray();
  }

  /** A node that is left. */
  public ProofNode node(int v) {
    require(v >= 0 && v < nodes.length && nodes[v] != null, "a node is not there");
    return nodes[v];
  }

  ProofNode[] nodes() {
    return nodes;
  }

  ProofRows rows() {
    return rows;
  }

  /** The times of the rows that are left, ascending. */
  public int[] rowTimes() {
    return rows.times.clone();
  }

  /** What is left of the limit in each row. */
  public long[] slack() {
    return rows.slack().clone();
  }

  /** The cost that every choice has. */
  public long constant() {
    return constant;
  }

  long most() {
    return most;
  }

  void close() {
    closed = true;
  }

  /**
   * Takes a step; a branch is the caller's, who takes {@link #only} of each strategy.
   *
   * @throws InvalidProof if the step is not safe
   * @throws ArithmeticException if costs are beyond what is counted with
   */
  public void apply(ProofStep step) {
    switch (step) {
      case ProofStep.Drop drop -> drop(drop);
      case ProofStep.Fix fix -> fix(fix.node());
      case ProofStep.Eliminate eliminate -> eliminate(eliminate.node());
      case ProofStep.Contract contract -> contract(contract.node(), contract.gone());
      case ProofStep.Separate separate -> separate(separate.first(), separate.second());
      case ProofStep.Rows kept -> keepRows(kept.times());
      case ProofStep.Weigh weigh -> new Weighing(this, weigh).apply();
      case ProofStep.Finish finish -> closed |= Elimination.least(this) > most;
      case ProofStep.Branch branch -> throw new InvalidProof("a branch within a case");
    }
  }

  /** The case in which {@code node} has the strategy at {@code index} of those left. */
  public ProofState only(int node, int index) {
    ProofState only = copy(most);
    boolean[] keep = new boolean[node(node).size()];
    keep[index] = true;
    only.restrict(node, keep);
    return only;
  }

  /** Whether {@link ProofStep.Finish} is possible with tables of at most so many cells. */
  public boolean canFinish(int cells) {
    for (int v : nodesLeft()) {
      if (!nodes[v].uses.isEmpty()) {
        return false;
      }
    }
    return Elimination.fits(this, cells);
  }

  /** The bound that prices and potentials prove from here; the state stays as it is. */
  public long bound(ProofStep.Weigh weigh) {
    return new Weighing(copy(most), weigh).wholeBound().longValueExact();
  }

  private void drop(ProofStep.Drop drop) {
    ProofNode node = node(drop.node());
    require(drop.strategies().length == drop.instead().length, "a drop has two lengths");
    boolean[] keep = new boolean[node.size()];
    Arrays.fill(keep, true);
    for (int i = 0; i < drop.strategies().length; i++) {
      int s = node.index(drop.strategies()[i]);
      require(keep[s], "a strategy is dropped twice");
      if (drop.instead()[i] < 0) {
        require(
            Dispensable.isImpossible(this, drop.node(), s),
            "a strategy that may be chosen is dropped");
      } else {
        int t = node.index(drop.instead()[i]);
        require(t != s && keep[t], "a strategy is dropped for one that is not there");
        require(
            Dispensable.dominates(this, drop.node(), t, s),
            "a strategy is dropped for one that may be worse");
      }
      keep[s] = false;
    }
    restrict(drop.node(), keep);
  }

  private void fix(int v) {
    ProofNode node = node(v);
    require(node.size() == 1, "a node with a choice is fixed");
    for (int u : List.copyOf(node.tables.keySet())) {
      for (int t = 0; t < nodes[u].size(); t++) {
        nodes[u].costs[t] = sum(nodes[u].costs[t], cell(v, 0, u, t));
      }
      cut(v, u);
    }
    pay(node.costs[0]);
    nodes[v] = null;
  }

  private void pay(long cost) {
    if (cost == NEVER) {
      closed = true;
    } else {
      constant = Math.addExact(constant, cost);
    }
  }

  private void eliminate(int v) {
    ProofNode node = node(v);
    require(node.uses.isEmpty(), "a node with usage is eliminated");
    int[] around = node.tables.keySet().stream().mapToInt(u -> u).toArray();
    require(around.length <= 2, "a node with more than two neighbours is eliminated");
    int first = around.length > 0 ? nodes[around[0]].size() : 1;
    int second = around.length > 1 ? nodes[around[1]].size() : 1;
    long[] least = new long[first * second];
    Arrays.fill(least, NEVER);
    for (int x = 0; x < node.size(); x++) {
      for (int s = 0; s < first; s++) {
        long own = around.length > 0 ? sum(node.costs[x], cell(v, x, around[0], s)) : node.costs[x];
        for (int t = 0; t < second && own != NEVER; t++) {
          long both = around.length > 1 ? sum(own, cell(v, x, around[1], t)) : own;
          least[s * second + t] = Math.min(least[s * second + t], both);
        }
      }
    }
    for (int u : around) {
      cut(v, u);
    }
    nodes[v] = null;
    switch (around.length) {
      case 0 -> pay(least[0]);
      case 1 -> addCosts(around[0], least);
      default -> add(around[0], around[1], least);
    }
  }

  private void addCosts(int v, long[] more) {
    for (int s = 0; s < more.length; s++) {
      nodes[v].costs[s] = sum(nodes[v].costs[s], more[s]);
    }
  }

  private void contract(int v, int gone) {
    ProofNode node = node(v);
    ProofNode other = node(gone);
    require(node.tables.containsKey(gone), "nodes without an edge are contracted");
    int[] decided = new int[node.size()];
    for (int s = 0; s < decided.length; s++) {
      int partners = 0;
      for (int t = 0; t < other.size(); t++) {
        if (cell(v, s, gone, t) != NEVER) {
          decided[s] = t;
          partners++;
        }
      }
      require(partners <= 1, "a node is contracted that is not decided");
      long moved = sum(other.costs[decided[s]], cell(v, s, gone, decided[s]));
      node.costs[s] = sum(node.costs[s], moved);
    }
    cut(v, gone);
    for (int u : List.copyOf(other.tables.keySet())) {
      int count = nodes[u].size();
      long[] cells = new long[decided.length * count];
      for (int s = 0; s < decided.length; s++) {
        for (int t = 0; t < count; t++) {
          cells[s * count + t] = cell(gone, decided[s], u, t);
        }
      }
      cut(gone, u);
      add(v, u, cells);
    }
    List<Use> uses = new ArrayList<>(node.uses);
    for (Use use : other.uses) {
      long[] amount = Arrays.stream(decided).mapToLong(t -> use.amount()[t]).toArray();
      uses.add(new Use(use.from(), use.to(), amount));
    }
    node.uses = uses;
    nodes[gone] = null;
    node.tidyUses(rows::spend);
  }

  private void separate(int a, int b) {
    require(node(a).tables.containsKey(b), "an edge is not there");
    long corner = cell(a, 0, b, 0);
    for (int s = 0; s < nodes[a].size(); s++) {
      for (int t = 0; t < nodes[b].size(); t++) {
        long cell = cell(a, s, b, t);
        long row = cell(a, s, b, 0);
        long column = cell(a, 0, b, t);
        boolean finite = corner != NEVER && cell != NEVER && row != NEVER && column != NEVER;
        require(finite && cell - row == column - corner, "a table is no sum");
      }
    }
    for (int s = 0; s < nodes[a].size(); s++) {
      nodes[a].costs[s] = sum(nodes[a].costs[s], cell(a, s, b, 0));
    }
    for (int t = 0; t < nodes[b].size(); t++) {
      nodes[b].costs[t] = sum(nodes[b].costs[t], cell(a, 0, b, t) - corner);
    }
    cut(a, b);
  }

  private void keepRows(int[] kept) {
    closed |= rows.cannotBeMet();
    int[] number = rows.keep(kept, nodes);
    for (ProofNode node : nodes) {
      if (node != null && !node.uses.isEmpty()) {
        List<Use> uses = new ArrayList<>();
        for (Use use : node.uses) {
          int from = number[use.from()];
          int to = number[use.to()];
          if (from < to) {
            uses.add(new Use(from, to, use.amount()));
          }
        }
        node.uses = uses;
        node.tidyUses(rows::spend);
      }
    }
  }

  /** Keeps some strategies of a node; without any left the state is closed. */
  void restrict(int v, boolean[] keep) {
    ProofNode node = nodes[v];
    int[] left = IntStream.range(0, keep.length).filter(s -> keep[s]).toArray();
    if (left.length == keep.length) {
      return;
    }
    if (left.length == 0) {
      closed = true;
      return;
    }
    for (Map.Entry<Integer, Table> entry : List.copyOf(node.tables.entrySet())) {
      int u = entry.getKey();
      int count = nodes[u].size();
      long[] cells = new long[left.length * count];
      boolean low = v < u;
      for (int i = 0; i < left.length; i++) {
        for (int t = 0; t < count; t++) {
          cells[low ? i * count + t : t * left.length + i] = cell(v, left[i], u, t);
        }
      }
      put(new Table(Math.min(v, u), Math.max(v, u), cells));
    }
    node.keep(left);
    node.tidyUses(rows::spend);
  }

  /** The cell of the table between two neighbours. */
  long cell(int v, int s, int u, int t) {
    long[] cells = nodes[v].tables.get(u).cells();
    return v < u ? cells[s * nodes[u].size() + t] : cells[t * nodes[v].size() + s];
  }

  void put(Table table) {
    nodes[table.low()].tables.put(table.high(), table);
    nodes[table.high()].tables.put(table.low(), table);
  }

  private void cut(int v, int u) {
    nodes[v].tables.remove(u);
    nodes[u].tables.remove(v);
  }

  /** Adds an edge, or adds to one; cells are row-major, strategies of {@code b} fastest. */
  private void add(int a, int b, long[] cells) {
    Table old = nodes[a].tables.get(b);
    long[] sums = new long[cells.length];
    int columns = nodes[b].size();
    int rowCount = nodes[a].size();
    for (int s = 0; s < rowCount; s++) {
      for (int t = 0; t < columns; t++) {
        int at = a < b ? s * columns + t : t * rowCount + s;
        long cell = cells[s * columns + t];
        sums[at] = old == null ? cell : sum(old.cells()[at], cell);
      }
    }
    put(new Table(Math.min(a, b), Math.max(a, b), sums));
  }

  static long sum(long a, long b) {
    return a == NEVER || b == NEVER ? NEVER : Math.addExact(a, b);
  }
}
