package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Body;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Node;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.op.ForwardOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a gradient of the loss reaches every trained parameter that the loss depends on: it does
 * not where all ways go through ops that have none, or through integers.
 */
record GradientPaths(Graph graph, Diagnostics diagnostics) {

  /** Reports trained parameters without gradient. */
  void check() {
    boolean[] reached = new boolean[graph.values().size()];
    boolean[] derived = new boolean[graph.values().size()];
    graph.loss().ifPresent(loss -> reached[loss] = derived[loss] = true);
    List<Parameter> without = new ArrayList<>();
    for (Section section : graph.sections().reversed()) {
      boolean[] all = inside(section, reached, false);
      boolean[] gradients = inside(section, derived, true);
      collect(section.body().parameters(), all, gradients, without);
    }
    collect(graph.parameters(), reached, derived, without);
    Set<SourceSpan> told = new HashSet<>();
    for (Parameter p : without) {
      if (told.add(p.span())) {
        diagnostics.add(
            Diagnostic.error(
                    "AP0508",
                    p.span(),
                    "'"
                        + p.name()
                        + "' is trained, but no gradient reaches it: every way to the loss goes"
                        + " through top_k or expert_slots")
                .withHint("let its scores weigh what is chosen, or declare it 'frozen param'"));
      }
    }
  }

  private static void collect(
      List<Parameter> parameters, boolean[] reached, boolean[] derived, List<Parameter> without) {
    for (Parameter p : parameters) {
      int id = p.value().id();
      if (!p.frozen() && reached[id] && !derived[id]) {
        without.add(p);
      }
    }
  }

  /**
   * Which values of the section's body {@code needed} values of the graph depend on, in any
   * instance; marks what the section reads.
   *
   * @param gradients whether only ways count that a gradient takes
   */
  private static boolean[] inside(Section section, boolean[] needed, boolean gradients) {
    Body body = section.body();
    boolean[] inside = new boolean[body.values().size()];
    for (int r = 0; r < section.results().size(); r++) {
      inside[body.results().get(r)] |= needed[section.results().get(r)];
    }
    boolean grown = true;
    while (grown) {
      grown = false;
      body.nodes().reversed().forEach(node -> spread(node, body, inside, gradients));
      for (int i = 0; section.layers() > 1 && i < body.results().size(); i++) {
        int result = body.results().get(i);
        if (inside[body.arguments().get(i)] && !inside[result]) {
          inside[result] = true;
          grown = true;
        }
      }
    }
    for (int a = 0; a < section.operands().size(); a++) {
      needed[section.operands().get(a)] |= inside[body.arguments().get(a)];
    }
    return inside;
  }

  private static void spread(Node node, Body body, boolean[] inside, boolean gradients) {
    boolean passes = !gradients || node.op() instanceof ForwardOp op && op.hasGradient();
    if (passes && node.results().stream().anyMatch(r -> inside[r])) {
      for (int operand : node.operands()) {
        inside[operand] |= !gradients || body.value(operand).type().element().isReal();
      }
    }
  }
}
