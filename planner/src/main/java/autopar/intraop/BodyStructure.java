package autopar.intraop;

import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Value;
import autopar.ir.op.Einsum;
import autopar.ir.op.Embedding;
import autopar.ir.op.FactorRules;
import autopar.ir.op.Op;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorRule;
import autopar.strategy.AxisUse;
import autopar.strategy.NodeStrategies;
import autopar.training.ApplyRecompute;
import autopar.training.BackwardFactors;
import autopar.training.RecomputeMode;
import autopar.training.TrainingBody;
import autopar.training.TrainingNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the sharding problem of one body looks like before meshes and sizes are known: factor rules,
 * which backward work belongs to which forward node, what each recompute mode saves and repeats,
 * and the variables and edges of the problem.
 *
 * <p>Variables: one per forward node; one <em>hub</em> per real value with several readers (its
 * strategy says how the value is laid out for all of them and how their gradients are summed, so
 * that three projections of one input pay for one all-gather and one all-reduce); and the <em>
 * boundary</em>, whose strategy is the sharding of what enters and leaves the body.
 */
public final class BodyStructure {

  /** One kernel of the backward phase and how its factors map to those of its forward node. */
  public record BackwardKernel(Op op, FactorRule rule, int[] forwardFactor, boolean recomputed) {}

  /** A value that flows from one variable to another; ports say which tensor of a node it is. */
  public record Edge(int from, int fromPort, int to, int toPort, int value, boolean gradient) {}

  /** What an argument of a body is. */
  public enum Argument {
    VALUE,
    TRAINABLE,
    FROZEN,
    /** A trainable parameter that a later section of the graph reads too. */
    TIED,
    /** A trainable parameter that only earlier sections of the graph read too. */
    TIED_LAST
  }

  /**
   * A parameter read by a node: operand {@code operand} of {@code node}, counted there once; {@code
   * tied} when a later section reads it too.
   */
  public record ParameterUse(int node, int operand, int value, boolean trainable, boolean tied) {}

  private final TrainingBody[] variants = new TrainingBody[RecomputeMode.values().length];
  private final Body body;
  private final FactorRule[] rules;
  private final boolean[][] sequence;
  private final List<List<BackwardKernel>> backward = new ArrayList<>();
  private final boolean[][] recomputed;
  private final boolean[][] saved;
  private final boolean[][] repeated;
  private final List<Integer> hubs = new ArrayList<>();
  private final List<Edge> edges = new ArrayList<>();
  private final List<ParameterUse> parameters = new ArrayList<>();
  private final int[] tiedOperand;
  private final int boundary;

  /**
   * Reads the structure off a differentiated body.
   *
   * @param arguments what each argument of the body is
   */
  public BodyStructure(TrainingBody training, List<Argument> arguments) {
    this.body = training.forward();
    int n = body.nodes().size();
    for (RecomputeMode mode : RecomputeMode.values()) {
      variants[mode.ordinal()] = ApplyRecompute.to(training, mode);
    }
    rules = new FactorRule[n];
    for (Node node : body.nodes()) {
      rules[node.id()] = ruleOf(node.op(), node.operands(), node.results(), body.values());
    }
    sequence = SequenceFactors.of(body, rules);
    recomputed = new boolean[variants.length][n];
    saved = new boolean[variants.length][body.values().size()];
    for (int m = 0; m < variants.length; m++) {
      readVariant(m);
    }
    readBackward(training);
    Argument[] role = parameterRoles(arguments);
    tiedOperand = tiedOperands(role);
    boundary = readEdges(training, role);
    repeated = new boolean[variants.length][edges.size()];
    for (RecomputeMode mode : RecomputeMode.values()) {
      for (int e = 0; e < edges.size(); e++) {
        repeated[mode.ordinal()][e] = isRepeated(mode, edges.get(e));
      }
    }
  }

  private boolean isRepeated(RecomputeMode mode, Edge edge) {
    if (edge.to() < nodes()) {
      return recomputes(mode, edge.to());
    }
    return edge.to() != boundary
        && edges.stream()
            .anyMatch(e -> e.from() == edge.to() && e.to() < nodes() && recomputes(mode, e.to()));
  }

  private static FactorRule ruleOf(
      Op op, List<Integer> operands, List<Integer> results, List<Value> values) {
    return FactorRules.of(op, types(operands, values), types(results, values));
  }

  private static List<TensorType> types(List<Integer> ids, List<Value> values) {
    return ids.stream().map(id -> values.get(id).type()).toList();
  }

  private void readVariant(int mode) {
    for (TrainingNode node : variants[mode].backward()) {
      if (node.recomputed() && node.origin() >= 0) {
        recomputed[mode][node.origin()] = true;
      }
    }
    for (int value : variants[mode].savedHere()) {
      if (value < body.values().size()) {
        saved[mode][value] = true;
      }
    }
  }

  private void readBackward(TrainingBody training) {
    for (int i = 0; i < rules.length; i++) {
      backward.add(new ArrayList<>());
    }
    for (TrainingNode node : training.backward()) {
      if (node.origin() < 0) {
        continue;
      }
      FactorRule rule = BackwardFactors.of(training, node);
      int[] map = new int[rule.factors().size()];
      for (int f = 0; f < map.length; f++) {
        map[f] = rules[node.origin()].indexOf(rule.factors().get(f).name());
      }
      backward.get(node.origin()).add(new BackwardKernel(node.op(), rule, map, node.recomputed()));
    }
  }

  private Argument[] parameterRoles(List<Argument> arguments) {
    Argument[] role = new Argument[body.values().size()];
    Arrays.fill(role, Argument.VALUE);
    for (int a = 0; a < arguments.size(); a++) {
      role[body.arguments().get(a)] = arguments.get(a);
    }
    body.parameters()
        .forEach(p -> role[p.value().id()] = p.frozen() ? Argument.FROZEN : Argument.TRAINABLE);
    return role;
  }

  private int[] tiedOperands(Argument[] role) {
    int[] operand = new int[rules.length];
    Arrays.fill(operand, -1);
    for (Node node : body.nodes()) {
      for (int k = 0; k < node.operands().size(); k++) {
        Argument argument = role[node.operands().get(k)];
        if (argument == Argument.TIED || argument == Argument.TIED_LAST) {
          operand[node.id()] = k;
        }
      }
    }
    return operand;
  }

  private int readEdges(TrainingBody training, Argument[] role) {
    int n = body.nodes().size();
    List<List<int[]>> readers = new ArrayList<>();
    body.values().forEach(v -> readers.add(new ArrayList<>()));
    boolean[] counted = new boolean[body.values().size()];
    for (Node node : body.nodes()) {
      for (int k = 0; k < node.operands().size(); k++) {
        int value = node.operands().get(k);
        if (role[value] != Argument.VALUE) {
          if (!counted[value]) {
            counted[value] = true;
            parameters.add(
                new ParameterUse(
                    node.id(),
                    k,
                    value,
                    role[value] != Argument.FROZEN,
                    role[value] == Argument.TIED));
          }
        } else if (isEdge(value)) {
          readers.get(value).add(new int[] {node.id(), k});
        }
      }
    }
    for (int r = 0; r < body.results().size(); r++) {
      if (isEdge(body.results().get(r))) {
        readers.get(body.results().get(r)).add(new int[] {-1, r});
      }
    }
    int[] hubOf = new int[readers.size()];
    Arrays.fill(hubOf, -1);
    for (int v = 0; v < readers.size(); v++) {
      if (readers.get(v).size() > 1) {
        hubOf[v] = hubs.size();
        hubs.add(v);
      }
    }
    int interfaceVariable = n + hubs.size();
    int[] source = new int[body.values().size()];
    int[] sourcePort = new int[body.values().size()];
    boolean[] gradient = new boolean[body.values().size()];
    Arrays.fill(source, -1);
    for (int a = 0; a < body.arguments().size(); a++) {
      int value = body.arguments().get(a);
      source[value] = interfaceVariable;
      gradient[value] = training.argumentGradients().get(a) >= 0;
    }
    for (Node node : body.nodes()) {
      for (int r = 0; r < node.results().size(); r++) {
        source[node.results().get(r)] = node.id();
        sourcePort[node.results().get(r)] = r;
        gradient[node.results().get(r)] = true;
      }
    }
    for (int v = 0; v < readers.size(); v++) {
      int from = source[v];
      int port = sourcePort[v];
      int hub = hubOf[v];
      if (hub >= 0) {
        edges.add(new Edge(from, port, n + hub, 0, v, gradient[v]));
        from = n + hub;
        port = 0;
      }
      for (int[] reader : readers.get(v)) {
        int to = reader[0] < 0 ? interfaceVariable : reader[0];
        if (from != to) {
          edges.add(new Edge(from, port, to, reader[1], v, gradient[v]));
        }
      }
    }
    return interfaceVariable;
  }

  /** Integers and scalars are too small to matter; they are where they are needed. */
  private boolean isEdge(int value) {
    TensorType type = body.value(value).type();
    return type.element().isReal() && type.rank() > 0;
  }

  public Body body() {
    return body;
  }

  /** The training graph of the body under {@code mode}. */
  public TrainingBody variant(RecomputeMode mode) {
    return variants[mode.ordinal()];
  }

  /** Forward nodes. */
  public int nodes() {
    return rules.length;
  }

  /** Variables: nodes, hubs, and the boundary last. */
  public int variables() {
    return boundary + 1;
  }

  public int boundary() {
    return boundary;
  }

  /** The value that hub {@code h} (variable {@code nodes() + h}) lays out. */
  public int hubValue(int h) {
    return hubs.get(h);
  }

  public int hubs() {
    return hubs.size();
  }

  public FactorRule rule(int node) {
    return rules[node];
  }

  /** The ways to shard a node in the search space {@code use}. */
  public NodeStrategies strategies(int node, int[] axisSizes, long batch, AxisUse use) {
    return NodeStrategies.of(
        rules[node],
        axisSizes,
        batch,
        multipliesWeights(node) ? use.forWeights() : use,
        sequence[node],
        tiedOperand[node]);
  }

  /** Is the node a product with weights, or a lookup in a table of them? */
  private boolean multipliesWeights(int node) {
    Op op = body.nodes().get(node).op();
    return (op instanceof Einsum || op instanceof Embedding)
        && parameters.stream().anyMatch(use -> use.node() == node);
  }

  /** Backward kernels of a node when nothing is recomputed. */
  public List<BackwardKernel> backward(int node) {
    return backward.get(node);
  }

  /** Does {@code mode} run the node again in backward? */
  public boolean recomputes(RecomputeMode mode, int node) {
    return recomputed[mode.ordinal()][node];
  }

  /**
   * Does {@code mode} run the reshard of edge {@code e} again in backward? It does where a node
   * that is run again reads what was resharded.
   */
  public boolean repeats(RecomputeMode mode, int e) {
    return repeated[mode.ordinal()][e];
  }

  /** Does {@code mode} keep the forward value for backward? */
  public boolean saves(RecomputeMode mode, int value) {
    return saved[mode.ordinal()][value];
  }

  public List<Edge> edges() {
    return edges;
  }

  public List<ParameterUse> parameters() {
    return parameters;
  }
}
