package autopar.text;

import autopar.ir.graph.Body;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Node;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.ir.op.OpText;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Graph to text that reads back as an equal graph (places in the source aside). Every dim is a
 * number, every node a {@code let}.
 */
public final class IrPrinter {

  private static final int WIDTH = 100;

  private final Graph graph;
  private final StringBuilder out = new StringBuilder();

  private IrPrinter(Graph graph) {
    this.graph = graph;
  }

  /** The text of {@code graph}. */
  public static String print(Graph graph) {
    IrPrinter printer = new IrPrinter(graph);
    printer.print();
    return printer.out.toString();
  }

  private void print() {
    line("model " + graph.name());
    line("");
    line("batch dim " + graph.batchDim() + " = " + graph.defaultBatch());
    dims();
    line("");
    for (Value input : graph.inputs()) {
      line("input " + input.name() + " : " + type(input.type()));
    }
    Set<String> printed = new LinkedHashSet<>();
    for (Section section : graph.sections()) {
      if (section instanceof Section.Repeat r && printed.add(r.block())) {
        block(r);
      }
    }
    line("");
    graph.parameters().forEach(p -> line(parameter(p)));
    boolean lossPrinted = false;
    for (Section section : graph.sections()) {
      lossPrinted |= section(section);
    }
    if (graph.loss().isPresent() && !lossPrinted) {
      line("loss " + graph.value(graph.loss().get()).name());
    }
    if (!graph.outputs().isEmpty()) {
      line("output " + names(graph.outputs(), graph.values()));
    }
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void dims() {
    List<String> pending = new ArrayList<>();
    int length = 0;
    for (Map.Entry<String, Long> dim : graph.dims().entrySet()) {
      String text = dim.getKey() + " = " + dim.getValue();
      if (length + text.length() > WIDTH - 6 && !pending.isEmpty()) {
        line("dim " + String.join(", ", pending));
        pending.clear();
        length = 0;
      }
      pending.add(text);
      length += text.length() + 2;
    }
    if (!pending.isEmpty()) {
      line("dim " + String.join(", ", pending));
    }
  }

  private String type(TensorType type) {
    String element =
        switch (type.element()) {
          case REAL -> "";
          case FLOAT32 -> "f32";
          case INT32 -> "i32";
          case BOOL -> "bool";
        };
    return type.shape().stream()
        .map(this::extent)
        .collect(Collectors.joining(", ", element + "[", "]"));
  }

  private String extent(Extent extent) {
    return extent.batched()
        ? (extent.count() == 1 ? "" : extent.count() + " * ") + graph.batchDim()
        : Long.toString(extent.count());
  }

  private String parameter(Parameter p) {
    return (p.frozen() ? "frozen param " : "param ")
        + p.name()
        + " : "
        + type(p.value().type())
        + " = "
        + Initializers.text(p.initializer());
  }

  private void block(Section.Repeat repeat) {
    Body body = repeat.body();
    line("");
    line(
        body.arguments().stream()
            .map(a -> body.value(a).name() + " : " + type(body.value(a).type()))
            .collect(Collectors.joining(", ", "block " + repeat.block() + "(", ") {")));
    body.parameters().forEach(p -> line("  " + parameter(p)));
    for (Node node : body.nodes()) {
      line("  let " + body.value(node.results().get(0)).name() + " = " + expression(node, body));
    }
    line("  return " + names(body.results(), body.values()));
    line("}");
  }

  private String expression(Node node, Body body) {
    List<String> operands = node.operands().stream().map(o -> body.value(o).name()).toList();
    return OpText.expression(node.op(), operands, this::extent);
  }

  /** Prints a section; true when its value was printed as the loss. */
  private boolean section(Section section) {
    return switch (section) {
      case Section.Straight s -> {
        boolean loss = false;
        for (Node node : s.body().nodes()) {
          String name = s.body().value(node.results().get(0)).name();
          loss |= bind(List.of(name), expression(node, s.body()));
        }
        yield loss;
      }
      case Section.Repeat r -> {
        String call = r.block() + "(" + names(r.operands(), graph.values()) + ")";
        List<String> results = r.results().stream().map(v -> graph.value(v).name()).toList();
        yield bind(results, r.count() == 1 ? call : "repeat " + r.count() + " " + call);
      }
    };
  }

  // The value of "loss f(x)" has the name of the keyword, which no let can bind.
  private boolean bind(List<String> names, String expression) {
    boolean loss =
        graph.loss().isPresent()
            && names.equals(List.of("loss"))
            && graph.value(graph.loss().get()).name().equals("loss");
    line(loss ? "loss " + expression : "let " + String.join(", ", names) + " = " + expression);
    return loss;
  }

  private static String names(List<Integer> ids, List<Value> values) {
    return ids.stream().map(i -> values.get(i).name()).collect(Collectors.joining(", "));
  }
}
