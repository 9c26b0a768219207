package autopar.ir.graph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.CompilerBug;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class GraphVerifierTest {
  private static final Graph GRAPH = SmallModels.residual(3);
  private static final Section.Repeat LAYERS = (Section.Repeat) GRAPH.sections().get(1);

  @Test
  void g1IdsAreIndices() {
    breaks(
        "G1", layer(b -> with(b, values(b, 0, new Value(7, "a", b.value(0).type())), b.nodes())));
  }

  @Test
  void g2NodesReadEarlierValues() {
    breaks(
        "G2",
        layer(b -> {
          Node n = b.nodes().get(0);
          List<Node> nodes = new ArrayList<>(b.nodes());
          int last = b.values().size() - 1;
          nodes.set(0, new Node(0, n.name(), n.op(), List.of(last, 1), n.results(), n.span()));
          return with(b, b.values(), nodes);
        }));
  }

  @Test
  void g3ResultsHaveTheTypesOfTheirOp() {
    TensorType wrong = new TensorType(ElementType.REAL, List.of(Extent.of(3)));
    breaks(
        "G3", layer(b -> with(b, values(b, 4, new Value(4, b.value(4).name(), wrong)), b.nodes())));
  }

  @Test
  void g4NamesAreUniqueInABody() {
    breaks(
        "G4", layer(b -> with(b, values(b, 1, new Value(1, "a", b.value(1).type())), b.nodes())));
  }

  @Test
  void g7SectionsReadWhatExists() {
    breaks("G7", sections(repeat(LAYERS.firstInstance(), 3, List.of(0, GRAPH.values().size()))));
  }

  @Test
  void g8StraightSectionsAreNoNeighbours() {
    List<Section> sections = new ArrayList<>(GRAPH.sections());
    sections.add(1, sections.get(0));
    breaks("G", graph(sections, GRAPH.loss()));
  }

  @Test
  void g9ARepeatHasInstances() {
    breaks("G9", sections(repeat(0, 0, LAYERS.operands())));
  }

  @Test
  void g10InstancesAreCountedFromZero() {
    breaks("G10", sections(repeat(5, 3, LAYERS.operands())));
  }

  @Test
  void g12TheLossIsAScalar() {
    breaks("G12", graph(GRAPH.sections(), Optional.of(0)));
  }

  private static void breaks(String constraint, Graph graph) {
    assertThatThrownBy(() -> GraphVerifier.verify(graph))
        .isInstanceOf(CompilerBug.class)
        .hasMessageContaining("GraphVerifier " + constraint);
  }

  private static List<Value> values(Body body, int at, Value value) {
    List<Value> values = new ArrayList<>(body.values());
    values.set(at, value);
    return values;
  }

  private static Body with(Body b, List<Value> values, List<Node> nodes) {
    return new Body(values, b.arguments(), b.parameters(), nodes, b.results());
  }

  private static Graph layer(UnaryOperator<Body> change) {
    return sections(
        new Section.Repeat(
            "layer", 0, 3, change.apply(LAYERS.body()), LAYERS.operands(), LAYERS.results()));
  }

  private static Section.Repeat repeat(int first, int count, List<Integer> operands) {
    return new Section.Repeat("layer", first, count, LAYERS.body(), operands, LAYERS.results());
  }

  private static Graph sections(Section.Repeat layers) {
    return graph(List.of(GRAPH.sections().get(0), layers, GRAPH.sections().get(2)), GRAPH.loss());
  }

  private static Graph graph(List<Section> sections, Optional<Integer> loss) {
    return new Graph(
        GRAPH.name(),
        GRAPH.dims(),
        GRAPH.batchDim(),
        GRAPH.defaultBatch(),
        GRAPH.values(),
        GRAPH.inputs(),
        GRAPH.parameters(),
        sections,
        loss,
        GRAPH.outputs());
  }
}
