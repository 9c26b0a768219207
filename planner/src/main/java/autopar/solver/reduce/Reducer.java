package autopar.solver.reduce;

import autopar.solver.IntraOpProblem;
import autopar.solver.certificate.ProofStep;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Applies the reductions to a fixed point, cheap ones first.
 *
 * <p>Each rule has a queue of nodes to look at; whenever a rule changes something, the nodes
 * touched enter every queue again. Rows are looked at when all queues are empty.
 *
 * <p>Who is in a hurry goes without the slow rules from then on, and gets a larger core of the same
 * problem. The others always run to the end: they make the choice that uses least an allowed one,
 * where any rule does.
 */
public final class Reducer {
  static final Consumer<ProofStep> UNHEARD = step -> {};

  /** The clock is looked at once per so many nodes. */
  private static final int PATIENCE = 8;

  private final List<Reduction> rules;
  private final NodeQueue[] queues;
  private final Draft draft;
  private final BooleanSupplier hurry;
  private boolean hurried;

  private Reducer(
      List<Reduction> rules, BooleanSupplier hurry, Function<IntConsumer, Draft> start) {
    this.rules = rules;
    this.hurry = hurry;
    queues = new NodeQueue[rules.size()];
    for (int i = 0; i < queues.length; i++) {
      queues[i] = new NodeQueue();
    }
    draft = start.apply(this::enqueue);
  }

  /**
   * Reduces {@code problem} by every rule there is.
   *
   * @param hurry whether to go without slow rules from now on
   */
  public static Reduced reduce(IntraOpProblem problem, BooleanSupplier hurry) {
    return reduce(problem, allRules(), hurry, UNHEARD);
  }

  /** As above; {@code journal} hears of every step, for a proof. */
  public static Reduced reduce(
      IntraOpProblem problem, BooleanSupplier hurry, Consumer<ProofStep> journal) {
    return reduce(problem, allRules(), hurry, journal);
  }

  private static List<Reduction> allRules() {
    return List.of(
        new SingleStrategy(),
        new ForbiddenStrategies(),
        new PlainEdges(),
        new DecidedNeighbour(),
        new FewNeighbours(),
        new PlainUsage(),
        new DominatedStrategies());
  }

  /** Reduces {@code problem} by the given rules, and by the one on time rows. */
  static Reduced reduce(
      IntraOpProblem problem,
      List<Reduction> rules,
      BooleanSupplier hurry,
      Consumer<ProofStep> journal) {
    Reducer reducer =
        new Reducer(rules, hurry, touched -> DraftReader.read(problem, touched, journal));
    reducer.run();
    return reducer.outcome(problem.nodeCount());
  }

  /** Reduces a core further, after strategies or cells of it were ruled out. */
  public static Reduced reduce(Core core, BooleanSupplier hurry) {
    return reduce(core, hurry, UNHEARD);
  }

  /** As above; the journal's steps are in the numbers of the core. */
  public static Reduced reduce(Core core, BooleanSupplier hurry, Consumer<ProofStep> journal) {
    Reducer reducer =
        new Reducer(allRules(), hurry, touched -> DraftReader.read(core, touched, journal));
    reducer.run();
    return reducer.outcome(core.nodeCount());
  }

  private void enqueue(int node) {
    for (NodeQueue queue : queues) {
      queue.add(node);
    }
  }

  private void run() {
    int applied = 0;
    do {
      int rule = 0;
      while (rule < queues.length && draft.contradiction() == null) {
        if (queues[rule].isEmpty() || hurried && rules.get(rule).isSlow()) {
          rule++;
          continue;
        }
        int node = queues[rule].poll();
        if (draft.alive(node) && rules.get(rule).apply(draft, node)) {
          rule = 0;
        }
        hurried |= ++applied % PATIENCE == 0 && hurry.getAsBoolean();
      }
    } while (draft.contradiction() == null && BindingRows.apply(draft));
  }

  private Reduced outcome(int problemNodes) {
    if (draft.contradiction() != null) {
      return new Reduced.Contradiction(draft.contradiction());
    }
    int[] number = new int[draft.nodeCount];
    int count = 0;
    for (int v = 0; v < draft.nodeCount; v++) {
      number[v] = draft.alive(v) ? count++ : -1;
    }
    int[] problemNode = new int[count];
    int[][] problemStrategy = new int[count][];
    double[][] unary = new double[count][];
    Core.Usage[][] usage = new Core.Usage[count][];
    for (int v = 0; v < draft.nodeCount; v++) {
      if (draft.alive(v)) {
        problemNode[number[v]] = v;
        problemStrategy[number[v]] = draft.original[v];
        unary[number[v]] = draft.unary[v];
        usage[number[v]] = usageOf(draft.pieces[v]);
      }
    }
    int edges = 0;
    for (int e = 0; e < draft.edgeCount; e++) {
      edges += draft.table[e] == null ? 0 : 1;
    }
    int[][] ends = new int[edges][];
    double[][] tables = new double[edges][];
    int at = 0;
    for (int e = 0; e < draft.edgeCount; e++) {
      if (draft.table[e] != null) {
        ends[at] = new int[] {number[draft.endA[e]], number[draft.endB[e]]};
        tables[at++] = draft.table[e];
      }
    }
    Core core = new Core(draft.constant, unary, ends, tables, usage, draft.slack, draft.rowTimes);
    return new Reduced.ToCore(
        core, problemNode, problemStrategy, draft.nodeCount, problemNodes, draft.recoveries);
  }

  private static Core.Usage[] usageOf(Piece[] pieces) {
    Core.Usage[] usage = new Core.Usage[pieces.length];
    for (int p = 0; p < pieces.length; p++) {
      usage[p] = new Core.Usage(pieces[p].from(), pieces[p].to(), pieces[p].usage());
    }
    return usage;
  }
}
