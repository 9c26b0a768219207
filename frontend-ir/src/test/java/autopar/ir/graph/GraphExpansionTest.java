package autopar.ir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GraphExpansionTest {
  @Test
  void instancesAreWrittenOutUnderTheirNames() {
    Graph graph = SmallModels.residual(3);

    Graph flat = GraphExpansion.of(graph);

    GraphVerifier.verify(flat);
    assertThat(flat.sections()).hasSize(1);
    assertThat(flat.layers()).isZero();
    assertThat(flat.parameterCount()).isEqualTo(graph.parameterCount());
    assertThat(flat.parameters())
        .extracting(Parameter::name)
        .containsExactly(
            "w_in",
            "w_out",
            "gain",
            "layer.0.w1",
            "layer.0.w2",
            "layer.1.w1",
            "layer.1.w2",
            "layer.2.w1",
            "layer.2.w2");
    assertThat(flat.sections().get(0).body().nodes())
        .extracting(Node::name)
        .contains("layer.0.h", "layer.2.h", "layer.2.out");
  }

  @Test
  void whatALayerReturnsIsWhatTheNextOneReads() {
    Body body = GraphExpansion.of(SmallModels.residual(2)).sections().get(0).body();

    assertThat(operandsOf(body, "layer.0.out")).contains("x0");
    assertThat(operandsOf(body, "layer.1.out")).contains("layer.0.out");
    assertThat(operandsOf(body, "y")).contains("layer.1.out");
  }

  private static List<String> operandsOf(Body body, String node) {
    return body.nodes().stream()
        .filter(n -> n.name().equals(node))
        .flatMap(n -> n.operands().stream().map(o -> body.value(o).name()))
        .toList();
  }
}
