package autopar.solver.search;

import autopar.solver.reduce.Core;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Large-neighbourhood search: blocks of growing size are solved exactly around the best choice so
 * far (Shaw, "Using constraint programming and local search methods", 1998).
 *
 * <p>Forbidden cells cost a large finite amount, so that the search may begin with a choice that
 * has some and leave them behind.
 */
public final class Improver {
  /** What a forbidden strategy or cell costs here; large sums of it stay exact enough. */
  private static final double NEVER = 1e14;

  private static final int[] SIZES = {8, 20, 50, 110, 220, 400};
  private static final double MEMORY = 0.97;

  private final Core core;
  private final Blocks blocks;
  private final BlockSolver small;
  private final Random random;
  private final Standing standing;
  private final int[] seeds;
  private double[] bias;
  private int seedAt;
  private final GainRates sizes;
  private int drawn;
  private long visits;

  /** A search from {@code start}, which need not be allowed. */
  public Improver(Core core, int[] start, long seed) {
    this.core = core;
    random = new Random(seed);
    CoreGraph graph = new CoreGraph(core);
    blocks = new Blocks(graph, random);
    small = new BlockSolver(graph, NEVER, 1 << 13, 1 << 18);
    standing = new Standing(core, start);
    seeds = new int[core.nodeCount()];
    for (int v = 0; v < seeds.length; v++) {
      seeds[v] = v;
    }
    bias = new double[core.nodeCount()];
    seedAt = seeds.length;
    sizes = new GainRates(random, SIZES.length, MEMORY);
  }

  /** The present choice. */
  public int[] choice() {
    return standing.choice.clone();
  }

  /** The cost of the present choice; infinite while it has forbidden cells or breaks the limit. */
  public double cost() {
    return standing.overflow() > 0 ? Double.POSITIVE_INFINITY : core.cost(standing.choice);
  }

  /** How often a node was in a block that was solved, summed over nodes. */
  public long visits() {
    return visits;
  }

  /** Goes on from another choice. */
  public void restart(int[] choice) {
    standing.copyFrom(choice);
  }

  /** Solves blocks until {@code stop} says so; returns by how much the cost fell. */
  public double run(BooleanSupplier stop) {
    double gain = 0;
    while (!stop.getAsBoolean()) {
      gain += step();
    }
    return gain;
  }

  /**
   * Makes the present choice respect the limit: blocks of nodes that use the row that is exceeded
   * most are solved with a price on it, which rises until the row holds.
   *
   * @param price a first price per unit of usage
   * @return whether every row holds now
   */
  public boolean repair(double price, BooleanSupplier stop) {
    double now = price;
    while (!stop.getAsBoolean()) {
      int row = standing.worstRow();
      if (row < 0) {
        return true;
      }
      double before = standing.usage[row];
      blocks.alongRow(row, 60);
      drawBias();
      small.improve(standing, blocks.nodes, blocks.size, bias, row, now);
      now = standing.usage[row] < before ? now : now * 1.2;
      if (now > NEVER) {
        return false;
      }
    }
    return false;
  }

  private void drawBias() {
    for (int i = 0; i < blocks.size; i++) {
      bias[i] = 2 * random.nextDouble();
    }
  }

  /** Solves one block. */
  public double step() {
    if (seeds.length == 0) {
      return 0;
    }
    int limit = drawnSize();
    if (core.rowCount() > 0 && random.nextInt(16) == 0) {
      blocks.alongRow(random.nextInt(core.rowCount()), Math.min(limit, 60));
    } else {
      blocks.around(nextSeed(), limit);
    }
    return blocks.size == 0 ? 0 : solveBlock();
  }

  /** Solves one block around {@code seed}. */
  public double stepAround(int seed) {
    blocks.around(seed, drawnSize());
    return solveBlock();
  }

  private int drawnSize() {
    drawn = sizes.draw();
    return SIZES[drawn];
  }

  private double solveBlock() {
    drawBias();
    long start = System.nanoTime();
    double gain = small.improve(standing, blocks.nodes, blocks.size, bias);
    sizes.learn(drawn, gain, (System.nanoTime() - start) * 1e-9);
    visits += blocks.size;
    return gain;
  }

  private int nextSeed() {
    if (seedAt == seeds.length) {
      seedAt = 0;
      for (int i = seeds.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int kept = seeds[i];
        seeds[i] = seeds[j];
        seeds[j] = kept;
      }
    }
    return seeds[seedAt++];
  }

  /** A first choice: per node the strategy that uses least, the cheapest among equals. */
  public static int[] frugalChoice(Core core) {
    int[] choice = new int[core.nodeCount()];
    for (int v = 0; v < choice.length; v++) {
      double least = Double.POSITIVE_INFINITY;
      for (int s = 0; s < core.size(v); s++) {
        double used = core.unary()[v][s] * 1e-18;
        for (Core.Usage piece : core.pieces()[v]) {
          used += piece.amount()[s] * (piece.to() - piece.from());
        }
        if (used < least) {
          least = used;
          choice[v] = s;
        }
      }
    }
    return choice;
  }
}
