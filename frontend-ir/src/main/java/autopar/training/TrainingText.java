package autopar.training;

import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.ir.op.Op;
import autopar.ir.op.OpText;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text form of a training graph: per section the forward nodes, what they keep for backward,
 * the backward nodes and the gradients that come out.
 *
 * <pre>
 * repeat 64 decoder (recompute none)
 *   argument x : [batch, 2048, 9216]
 *   forward
 *     h : [batch, 2048, 9216] = layer_norm(x, ln1.gain, ln1.bias, eps = 1.0E-5)
 *   saved x, h
 *   backward of grad(y)
 *     grad(wo) : [72, 128, 9216] = einsum("bsnd,bsh->ndh", a, grad(y))
 *   gradient of wo is grad(wo)
 * </pre>
 */
public final class TrainingText {
  private final StringBuilder text = new StringBuilder();

  private TrainingText() {}

  /** The whole graph, in execution order of the forward pass. */
  public static String print(TrainingGraph training) {
    TrainingText printer = new TrainingText();
    printer.line(0, "training " + training.graph().name());
    for (int s = 0; s < training.sections().size(); s++) {
      printer.line(0, "");
      printer.section(training.graph().sections().get(s), training.sections().get(s));
    }
    return printer.text.toString();
  }

  private void section(Section section, TrainingBody body) {
    String what =
        switch (section) {
          case Section.Repeat r -> "repeat " + r.count() + " " + r.block();
          case Section.Straight s -> "straight";
        };
    line(0, what + " (recompute " + body.recompute().text() + ")");
    Body forward = body.forward();
    forward.arguments().forEach(a -> line(1, "argument " + typed(body, a)));
    for (Parameter parameter : forward.parameters()) {
      line(
          1,
          (parameter.frozen() ? "frozen param " : "param ") + typed(body, parameter.value().id()));
    }
    line(1, "forward");
    for (Node node : forward.nodes()) {
      node(body, node.op(), node.operands(), node.results());
    }
    line(1, "saved " + names(body, body.saved()));
    line(1, "backward of " + names(body, present(body.resultGradients())));
    for (TrainingNode node : body.backward()) {
      node(body, node.op(), node.operands(), node.results());
    }
    for (int a = 0; a < forward.arguments().size(); a++) {
      gradient(body, forward.arguments().get(a), body.argumentGradients().get(a));
    }
    for (int p = 0; p < forward.parameters().size(); p++) {
      gradient(body, forward.parameters().get(p).value().id(), body.parameterGradients().get(p));
    }
  }

  private void node(TrainingBody body, Op op, List<Integer> operands, List<Integer> results) {
    List<String> names = operands.stream().map(id -> name(body, id)).toList();
    String typed = results.stream().map(id -> typed(body, id)).collect(Collectors.joining(", "));
    line(2, typed + " = " + OpText.expression(op, names));
  }

  private void gradient(TrainingBody body, int value, int gradient) {
    if (gradient >= 0) {
      line(1, "gradient of " + name(body, value) + " is " + name(body, gradient));
    }
  }

  private static List<Integer> present(List<Integer> ids) {
    return ids.stream().filter(id -> id >= 0).toList();
  }

  private static String names(TrainingBody body, List<Integer> ids) {
    return ids.isEmpty()
        ? "nothing"
        : ids.stream().map(id -> name(body, id)).collect(Collectors.joining(", "));
  }

  private static String name(TrainingBody body, int id) {
    return body.values().get(id).name();
  }

  private static String typed(TrainingBody body, int id) {
    Value value = body.values().get(id);
    return value.name() + " : " + value.type();
  }

  private void line(int depth, String words) {
    text.append("  ".repeat(depth)).append(words).append('\n');
  }
}
