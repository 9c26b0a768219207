package autopar.training;

import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.ir.op.Op;
import autopar.ir.op.OpText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The text form of a training graph, for reading: {@code autopar dump --stage=training}. */
public final class TrainingGraphText {

  private TrainingGraphText() {}

  /** One paragraph per section: forward, what is saved, backward, and where gradients end. */
  public static String print(TrainingGraph training) {
    StringBuilder out = new StringBuilder("training " + training.graph().name() + "\n");
    for (int i = 0; i < training.sections().size(); i++) {
      Section section = training.graph().sections().get(i);
      out.append('\n').append(header(training, section)).append('\n');
      printBody(training.sections().get(i), out);
    }
    return out.toString();
  }

  /** The text form of one body. */
  public static String print(TrainingBody body) {
    StringBuilder out = new StringBuilder();
    printBody(body, out);
    return out.toString();
  }

  private static String header(TrainingGraph training, Section section) {
    String operands = graphNames(training, section.operands());
    String results = graphNames(training, section.results());
    String kind =
        switch (section) {
          case Section.Straight s -> "straight";
          case Section.Repeat r -> "repeat " + r.count() + " " + r.block();
        };
    return "%s(%s) -> %s".formatted(kind, operands, results);
  }

  private static String graphNames(TrainingGraph training, List<Integer> values) {
    return values.stream()
        .map(v -> training.graph().value(v).name())
        .collect(Collectors.joining(", "));
  }

  private static void printBody(TrainingBody body, StringBuilder out) {
    Body forward = body.forward();
    out.append("  forward\n");
    for (Node node : forward.nodes()) {
      printNode(body, node.op(), node.operands(), node.results(), "", out);
    }
    out.append("  saved ").append(names(body, body.saved())).append('\n');
    out.append("  backward, recompute ").append(body.recompute().text()).append('\n');
    for (TrainingNode node : body.backward()) {
      String origin =
          node.origin() < 0 ? "" : "  // from " + forward.nodes().get(node.origin()).name();
      printNode(body, node.op(), node.operands(), node.results(), origin, out);
    }
    List<Integer> targets = new ArrayList<>(forward.arguments());
    forward.parameters().forEach(p -> targets.add(p.value().id()));
    List<Integer> gradients = new ArrayList<>(body.argumentGradients());
    gradients.addAll(body.parameterGradients());
    out.append("  gradients\n");
    for (int i = 0; i < targets.size(); i++) {
      if (gradients.get(i) >= 0) {
        String target = body.values().get(targets.get(i)).name();
        String gradient = body.values().get(gradients.get(i)).name();
        out.append("    ").append(target).append(" <- ").append(gradient).append('\n');
      }
    }
  }

  private static void printNode(
      TrainingBody body,
      Op op,
      List<Integer> operands,
      List<Integer> results,
      String remark,
      StringBuilder out) {
    Value first = body.values().get(results.get(0));
    List<String> reads = operands.stream().map(o -> body.values().get(o).name()).toList();
    out.append("    ")
        .append(names(body, results))
        .append(" = ")
        .append(OpText.expression(op, reads))
        .append(" : ")
        .append(first.type())
        .append(remark)
        .append('\n');
  }

  private static String names(TrainingBody body, List<Integer> values) {
    return values.stream().map(v -> body.values().get(v).name()).collect(Collectors.joining(", "));
  }
}
