package autopar.tests.models;

import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Body;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Node;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import java.util.List;

/** Graphs without source positions, to be compared with those of another text. */
final class Spanless {

  private Spanless() {}

  static Graph graph(Graph g) {
    return new Graph(
        g.name(),
        g.dims(),
        g.batchDim(),
        g.defaultBatch(),
        g.values(),
        g.inputs(),
        parameters(g.parameters()),
        g.sections().stream().map(Spanless::section).toList(),
        g.loss(),
        g.outputs());
  }

  private static Section section(Section section) {
    return switch (section) {
      case Section.Straight s -> new Section.Straight(body(s.body()), s.operands(), s.results());
      case Section.Repeat r ->
          new Section.Repeat(
              r.block(), r.firstInstance(), r.count(), body(r.body()), r.operands(), r.results());
    };
  }

  private static Body body(Body b) {
    List<Node> nodes =
        b.nodes().stream()
            .map(
                n -> new Node(n.id(), n.name(), n.op(), n.operands(), n.results(), SourceSpan.NONE))
            .toList();
    return new Body(b.values(), b.arguments(), parameters(b.parameters()), nodes, b.results());
  }

  private static List<Parameter> parameters(List<Parameter> parameters) {
    return parameters.stream()
        .map(p -> new Parameter(p.value(), p.initializer(), p.frozen(), SourceSpan.NONE))
        .toList();
  }
}
