package autopar.strategy;

import autopar.ir.graph.Body;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Node;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.ir.op.FactorRules;
import autopar.ir.op.OpText;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text form of the strategies of a graph on one mesh: per node its expression, its factors and
 * each way to assign the mesh axes to them, with the sharding of what it reads and leaves.
 *
 * <pre>
 *   f = einsum("bsh,hf->bsf", g, w1)   factors b s f h
 *     {data: b, tensor: f}   g[data, -, -]  w1[-, tensor] -> f[data, -, tensor]
 *     {data: b, tensor: h}   g[data, -, tensor]  w1[tensor, -] -> f[data, -, -] partial tensor
 * </pre>
 */
public final class StrategyText {
  private static final int NO_TIED_OPERAND = -1;

  private final StringBuilder text = new StringBuilder();
  private final List<String> axes;
  private final int[] sizes;
  private final long batch;
  private final AxisUse use;

  private StrategyText(List<String> axes, int[] sizes, long batch, AxisUse use) {
    this.axes = axes;
    this.sizes = sizes;
    this.batch = batch;
    this.use = use;
  }

  /**
   * All strategies of every distinct body of {@code graph}.
   *
   * @param axes names of the mesh axes, as many as {@code sizes}
   * @param batch samples that are processed together
   */
  public static String print(Graph graph, List<String> axes, int[] sizes, long batch, AxisUse use) {
    StrategyText printer = new StrategyText(axes, sizes, batch, use);
    for (Section section : graph.sections()) {
      printer.section(section);
    }
    return printer.text.toString();
  }

  private void section(Section section) {
    text.append(
        switch (section) {
          case Section.Repeat r -> "repeat " + r.count() + " " + r.block() + "\n";
          case Section.Straight s -> "straight\n";
        });
    for (Node node : section.body().nodes()) {
      node(section.body(), node);
    }
    text.append('\n');
  }

  private void node(Body body, Node node) {
    List<Value> operands = node.operands().stream().map(body::value).toList();
    List<Value> results = node.results().stream().map(body::value).toList();
    FactorRule rule = FactorRules.of(node.op(), types(operands), types(results));
    text.append("  ").append(results.getFirst().name()).append(" = ");
    text.append(OpText.expression(node.op(), operands.stream().map(Value::name).toList()));
    text.append("   factors ");
    text.append(rule.factors().stream().map(f -> f.name()).collect(Collectors.joining(" ")));
    text.append('\n');
    NodeStrategies strategies =
        NodeStrategies.of(
            rule, sizes, batch, use, new boolean[rule.factors().size()], NO_TIED_OPERAND);
    for (int s = 0; s < strategies.count(); s++) {
      text.append("    ").append(assignment(rule, strategies.factorOfAxis()[s])).append("   ");
      text.append(tensors(operands, strategies.operand()[s])).append(" -> ");
      text.append(tensors(results, strategies.result()[s])).append('\n');
    }
  }

  private String assignment(FactorRule rule, int[] factorOfAxis) {
    List<String> parts = new ArrayList<>();
    for (int axis = 0; axis < factorOfAxis.length; axis++) {
      if (factorOfAxis[axis] >= 0) {
        parts.add(axes.get(axis) + ": " + rule.factors().get(factorOfAxis[axis]).name());
      }
    }
    return "{" + String.join(", ", parts) + "}";
  }

  private String tensors(List<Value> values, int[] codes) {
    List<String> parts = new ArrayList<>();
    for (int v = 0; v < codes.length; v++) {
      int rank = values.get(v).type().rank();
      String dims =
          AxisCode.dims(codes[v], rank, axes).stream()
              .map(names -> names.isEmpty() ? "-" : String.join(".", names))
              .collect(Collectors.joining(", "));
      parts.add(values.get(v).name() + "[" + dims + "]" + partial(codes[v]));
    }
    return String.join("  ", parts);
  }

  private String partial(int code) {
    int mask = AxisCode.partialAxes(code);
    List<String> names = new ArrayList<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      if ((mask & 1 << axis) != 0) {
        names.add(axes.get(axis));
      }
    }
    return names.isEmpty() ? "" : " partial " + String.join(".", names);
  }

  private static List<TensorType> types(List<Value> values) {
    return values.stream().map(Value::type).toList();
  }
}
