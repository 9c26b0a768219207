package autopar.training;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Body;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Node;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.ir.op.Affine;
import autopar.ir.op.Attention;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Dropout;
import autopar.ir.op.Einsum;
import autopar.ir.op.Op;
import autopar.ir.op.Reshape;
import autopar.ir.op.ResultNames;
import autopar.ir.op.ShapeRules;
import autopar.ir.op.Shapes;
import autopar.ir.op.Softmax;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Replaces fused attention by its pieces, which keep the scores in memory. */
public final class LowerAttention {

  private LowerAttention() {}

  /** {@code graph} with scores, softmax, dropout and context as nodes of their own. */
  public static Graph unfused(Graph graph) {
    List<Section> sections = graph.sections().stream().map(LowerAttention::section).toList();
    return new Graph(
        graph.name(),
        graph.dims(),
        graph.batchDim(),
        graph.defaultBatch(),
        graph.values(),
        graph.inputs(),
        graph.parameters(),
        sections,
        graph.loss(),
        graph.outputs());
  }

  private static Section section(Section section) {
    return switch (section) {
      case Section.Straight s -> new Section.Straight(unfused(s.body()), s.operands(), s.results());
      case Section.Repeat r ->
          new Section.Repeat(
              r.block(),
              r.firstInstance(),
              r.count(),
              unfused(r.body()),
              r.operands(),
              r.results());
    };
  }

  /** {@code body} with every fused attention replaced. */
  static Body unfused(Body body) {
    return body.nodes().stream().anyMatch(n -> n.op() instanceof Attention)
        ? new Rewriter(body).rewrite()
        : body;
  }

  private static final class Rewriter {
    private final Body body;
    private final List<Value> values = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final int[] renumbered;

    Rewriter(Body body) {
      this.body = body;
      this.renumbered = new int[body.values().size()];
    }

    Body rewrite() {
      BitSet made = new BitSet();
      body.nodes().forEach(n -> n.results().forEach(made::set));
      for (Value value : body.values()) {
        if (!made.get(value.id())) {
          renumbered[value.id()] = declare(value.name(), value.type());
        }
      }
      for (Node node : body.nodes()) {
        if (node.op() instanceof Attention attention) {
          lower(node, attention);
        } else {
          List<Integer> operands = node.operands().stream().map(o -> renumbered[o]).toList();
          List<Integer> results = new ArrayList<>();
          for (int result : node.results()) {
            Value value = body.value(result);
            renumbered[result] = declare(value.name(), value.type());
            results.add(renumbered[result]);
          }
          nodes.add(new Node(nodes.size(), node.name(), node.op(), operands, results, node.span()));
        }
      }
      return new Body(
          values,
          body.arguments().stream().map(a -> renumbered[a]).toList(),
          body.parameters().stream().map(this::parameter).toList(),
          nodes,
          body.results().stream().map(r -> renumbered[r]).toList());
    }

    private Parameter parameter(Parameter p) {
      Value value = values.get(renumbered[p.value().id()]);
      return new Parameter(value, p.initializer(), p.frozen(), p.span());
    }

    /** Query heads that share key-value heads become a dimension of their own. */
    private void lower(Node node, Attention op) {
      String name = body.value(node.results().get(0)).name();
      int q = renumbered[node.operands().get(0)];
      int k = renumbered[node.operands().get(1)];
      int v = renumbered[node.operands().get(2)];
      List<Extent> query = values.get(q).type().shape();
      Extent groups = values.get(k).type().shape().get(2);
      boolean grouped = !groups.equals(query.get(2));
      String heads = grouped ? "gr" : "n";
      String group = grouped ? "g" : "n";
      if (grouped) {
        Extent members = Extent.of(query.get(2).count() / groups.count());
        List<Extent> split = List.of(query.get(0), query.get(1), groups, members, query.get(3));
        q = emit(node, name + ".q", new Reshape(split), q);
      }
      int scores =
          emit(
              node,
              name + ".scores",
              new Einsum(List.of("bs" + heads + "d", "bt" + group + "d"), "b" + heads + "st"),
              q,
              k);
      double scale = op.scale();
      if (node.operands().size() == 4) {
        scores = biased(node, op, name, scores, grouped);
        scale = 1;
      }
      int probabilities =
          emit(node, name + ".probabilities", new Softmax(scale, op.mask()), scores);
      if (op.dropout() > 0) {
        probabilities = emit(node, name + ".dropped", new Dropout(op.dropout()), probabilities);
      }
      Op context = new Einsum(List.of("b" + heads + "st", "bt" + group + "d"), "bs" + heads + "d");
      int result;
      if (grouped) {
        int split = emit(node, name + ".split", context, probabilities, v);
        result = emit(node, name, new Reshape(query), split);
      } else {
        result = emit(node, name, context, probabilities, v);
      }
      renumbered[node.results().get(0)] = result;
    }

    /** The bias is added to the scaled scores. */
    private int biased(Node node, Attention op, String name, int scores, boolean grouped) {
      int scaled = scores;
      if (op.scale() != 1) {
        scaled = emit(node, name + ".scaled", new Affine(op.scale(), 0), scores);
      }
      int bias = renumbered[node.operands().get(3)];
      TensorType type = values.get(bias).type();
      if (grouped && type.rank() >= 3) {
        List<Extent> shape = new ArrayList<>(type.shape());
        int heads = type.rank() - 3;
        List<Extent> wide = values.get(scores).type().shape();
        Extent all = shape.remove(heads);
        boolean broadcast = all.count() == 1;
        shape.add(heads, broadcast ? Extent.of(1) : wide.get(2));
        shape.add(heads, broadcast ? Extent.of(1) : wide.get(1));
        bias = emit(node, name + ".bias", new Reshape(shape), bias);
      }
      return emit(node, name + ".biased", new Binary(BinaryKind.ADD), scaled, bias);
    }

    private int emit(Node source, String name, Op op, Integer... operands) {
      List<TensorType> types = Arrays.stream(operands).map(o -> values.get(o).type()).toList();
      Shapes shapes = ShapeRules.infer(op, types);
      if (!(shapes instanceof Shapes.Ok ok)) {
        throw new CompilerBug("LowerAttention", source.name(), op + " on " + types);
      }
      List<Integer> results = new ArrayList<>();
      List<String> suffixes = ResultNames.suffixes(op);
      for (int i = 0; i < ok.results().size(); i++) {
        results.add(declare(name + suffixes.get(i), ok.results().get(i)));
      }
      nodes.add(new Node(nodes.size(), name, op, List.of(operands), results, source.span()));
      return results.get(0);
    }

    private int declare(String name, TensorType type) {
      values.add(new Value(values.size(), name, type));
      return values.size() - 1;
    }
  }
}
