package autopar.intraop;

import autopar.cost.Collective;
import autopar.cost.CostModel;
import autopar.ir.graph.Node;
import autopar.ir.graph.Value;
import autopar.ir.op.Op;
import autopar.ir.op.OpWork;
import autopar.ir.op.StatisticsBytes;
import autopar.ir.type.Precision;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import autopar.strategy.AxisCode;
import autopar.strategy.AxisUse;
import autopar.strategy.NodeStrategies;
import autopar.strategy.PricedMesh;
import autopar.strategy.ReshardPrice;
import autopar.training.RecomputeMode;
import java.util.Arrays;

/**
 * One body on one mesh at one micro-batch: every strategy of every variable, priced.
 *
 * <p>Nothing is chosen here. Seconds are per micro-batch; bytes are per device. Cost of building:
 * nodes x strategies kernel prices and, per edge, one reshard price per distinct pair of shardings.
 */
public final class LayerProblem {

  /** Seconds of an edge by the sharding classes of its two ends. */
  record EdgePrices(int[] fromClass, int[] toClass, double[][] forward, double[][] backward) {}

  private static final RecomputeMode[] MODES = RecomputeMode.values();

  private final BodyStructure structure;
  private final PricedMesh mesh;
  private final long batch;
  private final Precision precision;
  private final CostModel cost;
  private final ReshardPrice reshard;
  private final int[] boundaryCodes;

  final NodeStrategies[] strategies;
  final int[][][] hubCodes;
  final double[][] forward;
  final double[][] forwardStatistics;
  final double[][] backward;
  final double[][] backwardStatistics;
  final double[][] transientBytes;
  final EdgePrices[] edges;
  final int[] domainSizes;

  /**
   * Prices the body.
   *
   * @param batch samples that enter the stage together, over all its data shards
   * @param boundaryCodes shardings allowed for what enters and leaves, see {@link BoundaryCodes}
   */
  public LayerProblem(
      BodyStructure structure,
      PricedMesh mesh,
      long batch,
      Precision precision,
      AxisUse use,
      int[] boundaryCodes,
      CostModel cost) {
    this.structure = structure;
    this.mesh = mesh;
    this.batch = batch;
    this.precision = precision;
    this.cost = cost.on(mesh.kinds());
    this.reshard = new ReshardPrice(cost, mesh);
    this.boundaryCodes = boundaryCodes;
    int n = structure.nodes();
    strategies = new NodeStrategies[n];
    forward = new double[n][];
    forwardStatistics = new double[n][];
    backward = new double[n][];
    backwardStatistics = new double[n][];
    transientBytes = new double[n][];
    domainSizes = new int[structure.variables()];
    for (Node node : structure.body().nodes()) {
      priceNode(node, use);
    }
    hubCodes = new int[structure.hubs()][][];
    for (int h = 0; h < hubCodes.length; h++) {
      TensorType type = structure.body().value(structure.hubValue(h)).type();
      hubCodes[h] = HubCodes.of(type, mesh.sizes(), batch, use).toArray(int[][]::new);
      domainSizes[n + h] = hubCodes[h].length;
    }
    domainSizes[structure.boundary()] = boundaryCodes.length;
    edges = new EdgePrices[structure.edges().size()];
    for (int e = 0; e < edges.length; e++) {
      edges[e] = priceEdge(structure.edges().get(e));
    }
  }

  private void priceNode(Node node, AxisUse use) {
    int i = node.id();
    FactorRule rule = structure.rule(i);
    NodeStrategies all = structure.strategies(i, mesh.sizes(), batch, use);
    int count = all.count();
    strategies[i] = all;
    domainSizes[i] = count;
    forward[i] = new double[count];
    forwardStatistics[i] = new double[count];
    backward[i] = new double[count];
    backwardStatistics[i] = new double[count];
    transientBytes[i] = new double[count];
    long[] shards = new long[rule.factors().size()];
    for (int s = 0; s < count; s++) {
      int[] assigned = all.factorOfAxis()[s];
      Arrays.fill(shards, 1);
      for (int axis = 0; axis < assigned.length; axis++) {
        if (assigned[axis] >= 0) {
          shards[assigned[axis]] *= mesh.sizes()[axis];
        }
      }
      long[] sizes = localSizes(rule, shards, null);
      forward[i][s] = cost.kernelSeconds(OpWork.of(node.op(), rule, sizes));
      forwardStatistics[i][s] = statistics(node.op(), rule, sizes, assigned, null);
      for (BodyStructure.BackwardKernel kernel : structure.backward(i)) {
        long[] local = localSizes(kernel.rule(), shards, kernel.forwardFactor());
        backward[i][s] += cost.kernelSeconds(OpWork.of(kernel.op(), kernel.rule(), local));
        backwardStatistics[i][s] +=
            statistics(kernel.op(), kernel.rule(), local, assigned, kernel.forwardFactor());
      }
      transientBytes[i][s] = gradientBytes(node, all, s);
    }
  }

  private long[] localSizes(FactorRule rule, long[] shards, int[] forwardFactor) {
    long[] sizes = new long[rule.factors().size()];
    for (int f = 0; f < sizes.length; f++) {
      long full = rule.factors().get(f).extent().at(batch);
      int origin = forwardFactor == null ? f : forwardFactor[f];
      long parts = origin < 0 ? 1 : shards[origin];
      sizes[f] = (full + parts - 1) / parts;
    }
    return sizes;
  }

  /** Seconds of the all-reduces by which an op finishes its internal reductions. */
  private double statistics(
      Op op, FactorRule rule, long[] sizes, int[] assigned, int[] forwardFactor) {
    double seconds = 0;
    for (int f = 0; f < rule.factors().size(); f++) {
      if (rule.factors().get(f).kind() != FactorKind.INTERNAL_REDUCTION) {
        continue;
      }
      int origin = forwardFactor == null ? f : forwardFactor[f];
      int mask = 0;
      for (int axis = 0; axis < assigned.length; axis++) {
        if (origin >= 0 && assigned[axis] == origin) {
          mask |= 1 << axis;
        }
      }
      if (mask != 0) {
        seconds +=
            reshard.price(Collective.ALL_REDUCE, StatisticsBytes.of(op, rule, sizes, f), mask);
      }
    }
    return seconds;
  }

  /** Gradients of a node's operands and results alive together while its backward runs. */
  private double gradientBytes(Node node, NodeStrategies all, int s) {
    double bytes = 0;
    for (int k = 0; k < node.operands().size(); k++) {
      Value value = structure.body().value(node.operands().get(k));
      if (value.type().element().isReal() && value.type().batched()) {
        bytes += localBytes(value.type(), all.operand()[s][k]);
      }
    }
    for (int r = 0; r < node.results().size(); r++) {
      Value value = structure.body().value(node.results().get(r));
      bytes += localBytes(value.type(), AxisCode.complete(all.result()[s][r]));
    }
    return bytes;
  }

  private EdgePrices priceEdge(BodyStructure.Edge edge) {
    TensorType type = structure.body().value(edge.value()).type();
    ShardingClasses from = ShardingClasses.of(domainSizes[edge.from()], s -> produced(edge, s));
    ShardingClasses to = ShardingClasses.of(domainSizes[edge.to()], s -> consumed(edge, s));
    double bytes = (double) type.elements(batch) * type.element().bytes(precision);
    double[][] there = new double[from.count()][to.count()];
    double[][] back = new double[from.count()][to.count()];
    for (int a = 0; a < from.count(); a++) {
      for (int b = 0; b < to.count(); b++) {
        there[a][b] = reshard.seconds(from.value(a), to.value(b), bytes);
        if (edge.gradient()) {
          back[a][b] = reshard.seconds(to.gradient(b), from.gradient(a), bytes);
        }
      }
    }
    return new EdgePrices(from.classOf(), to.classOf(), there, back);
  }

  /** (sharding of the value, sharding its gradient must come back in), packed into a long. */
  long produced(BodyStructure.Edge edge, int s) {
    int from = edge.from();
    if (from < structure.nodes()) {
      int code = strategies[from].result()[s][edge.fromPort()];
      return ShardingClasses.pack(code, AxisCode.complete(code));
    }
    return hubOrBoundary(from, s, edge.value());
  }

  /** (sharding the reader needs, sharding of the gradient it hands back), packed into a long. */
  long consumed(BodyStructure.Edge edge, int s) {
    int to = edge.to();
    if (to < structure.nodes()) {
      return ShardingClasses.pack(
          strategies[to].operand()[s][edge.toPort()],
          strategies[to].operandGradient()[s][edge.toPort()]);
    }
    return hubOrBoundary(to, s, edge.value());
  }

  private long hubOrBoundary(int variable, int s, int value) {
    if (variable == structure.boundary()) {
      int code = BoundaryCodes.on(boundaryCodes[s], structure.body().value(value).type());
      return ShardingClasses.pack(code, code);
    }
    int[] codes = hubCodes[variable - structure.nodes()][s];
    return ShardingClasses.pack(codes[0], codes[1]);
  }

  /** Bytes of one device's shard, the longest one, when dimensions divide. */
  double localBytes(TensorType type, int code) {
    double bytes = type.element().bytes(precision);
    for (int d = 0; d < type.rank(); d++) {
      long parts = 1;
      for (int axis = 0; axis < mesh.axes(); axis++) {
        if (AxisCode.at(code, axis) == d) {
          parts *= mesh.sizes()[axis];
        }
      }
      long size = type.shape().get(d).at(batch);
      bytes *= (size + parts - 1) / parts;
    }
    return bytes;
  }

  /** Bytes of node {@code i}'s results that {@code mode} keeps per micro-batch in flight. */
  double savedBytes(RecomputeMode mode, Node node, int s) {
    double bytes = 0;
    for (int r = 0; r < node.results().size(); r++) {
      int value = node.results().get(r);
      if (structure.saves(mode, value)) {
        bytes +=
            localBytes(
                structure.body().value(value).type(),
                AxisCode.complete(strategies[node.id()].result()[s][r]));
      }
    }
    return bytes;
  }

  BodyStructure structure() {
    return structure;
  }

  PricedMesh mesh() {
    return mesh;
  }

  int[] boundaryCodes() {
    return boundaryCodes;
  }

  ReshardPrice reshard() {
    return reshard;
  }

  static RecomputeMode[] modes() {
    return MODES;
  }
}
