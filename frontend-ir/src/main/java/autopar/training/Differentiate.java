package autopar.training;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Parameter;
import autopar.ir.op.ForwardOp;
import autopar.ir.op.GradientOp;
import java.util.ArrayList;
import java.util.List;

/**
 * Reverse-mode derivation of one body: walks its nodes backwards and lets {@link GradientRules}
 * write the gradient nodes of each, for values between something trainable and the loss only.
 */
public final class Differentiate {

  private Differentiate() {}

  /** Gradients of all real arguments and trainable parameters from all real results. */
  public static TrainingBody body(Body body) {
    return body(body, BodyContext.everything(body));
  }

  /** Gradients that {@code context} asks for. Nothing is recomputed but constants and views. */
  public static TrainingBody body(Body body, BodyContext context) {
    BackwardTape tape = new BackwardTape(body);
    boolean[] needed = needed(body, context.argumentNeedsGradient());
    List<Integer> resultGradients = new ArrayList<>();
    for (int r = 0; r < body.results().size(); r++) {
      int value = body.results().get(r);
      boolean arrives = context.resultHasGradient().get(r) && needed[value];
      resultGradients.add(arrives ? tape.incoming(value) : -1);
    }
    GradientRules rules = new GradientRules(tape, needed);
    for (Node node : body.nodes().reversed()) {
      int dy = node.results().isEmpty() ? -1 : tape.gradientOf(node.results().get(0));
      if (dy >= 0) {
        tape.derivingFrom(node.id());
        rules.apply(node, forward(node), dy);
      }
    }
    List<Integer> argumentGradients = body.arguments().stream().map(tape::gradientOf).toList();
    List<Integer> parameterGradients =
        body.parameters().stream().map(p -> tape.gradientOf(p.value().id())).toList();
    TrainingBody kept =
        new TrainingBody(
            body,
            RecomputeMode.NONE,
            tape.values(),
            tape.nodes(),
            List.of(),
            resultGradients,
            argumentGradients,
            parameterGradients);
    return Rematerialize.dropping(kept, RecomputeMode.NONE, DroppedValues.freeToMakeAgain(kept));
  }

  /** Per value: a gradient is wanted if the value depends on something trainable. */
  static boolean[] needed(Body body, List<Boolean> argumentNeedsGradient) {
    boolean[] needed = new boolean[body.values().size()];
    for (int a = 0; a < body.arguments().size(); a++) {
      int value = body.arguments().get(a);
      needed[value] = argumentNeedsGradient.get(a) && BodyContext.isReal(body.value(value));
    }
    for (Parameter p : body.parameters()) {
      needed[p.value().id()] = !p.frozen();
    }
    for (Node node : body.nodes()) {
      boolean depends =
          forward(node).hasGradient() && node.operands().stream().anyMatch(o -> needed[o]);
      if (depends && !node.results().isEmpty()) {
        int value = node.results().get(0);
        needed[value] = BodyContext.isReal(body.value(value));
      }
    }
    return needed;
  }

  private static ForwardOp forward(Node node) {
    return switch (node.op()) {
      case ForwardOp op -> op;
      case GradientOp op ->
          throw new CompilerBug(
              "Differentiate", node.name(), "a forward body holds gradient op " + op);
    };
  }
}
