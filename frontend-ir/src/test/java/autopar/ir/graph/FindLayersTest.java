package autopar.ir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.text.IrPrinter;
import org.junit.jupiter.api.Test;

final class FindLayersTest {
  @Test
  void writtenOutLayersAreFoundAgain() {
    Graph graph = SmallModels.residual(5);

    Graph found = FindLayers.in(GraphExpansion.of(graph));

    GraphVerifier.verify(found);
    assertThat(found.layers()).isEqualTo(5);
    assertThat(found.parameterCount()).isEqualTo(graph.parameterCount());
    Section.Repeat layers = (Section.Repeat) found.sections().get(1);
    assertThat(layers.block()).isEqualTo("layer");
    assertThat(layers.body().nodes())
        .extracting(Node::name)
        .containsExactlyElementsOf(
            graph.sections().get(1).body().nodes().stream().map(Node::name).toList());
    assertThat(IrPrinter.print(GraphExpansion.of(found)))
        .isEqualTo(IrPrinter.print(GraphExpansion.of(graph)));
  }

  @Test
  void aLayerThatDiffersInOneParameterIsNotMerged() {
    String flat =
        IrPrinter.print(GraphExpansion.of(SmallModels.residual(5)))
            .replace(
                "param layer.4.w1 : [16, 64] = normal(0.02)",
                "param layer.4.w1 : [16, 64] = normal(0.5)");

    Graph found = FindLayers.in(SmallModels.read(flat));

    GraphVerifier.verify(found);
    assertThat(found.layers()).isEqualTo(4);
  }

  @Test
  void tiedLayersAreNoLayers() {
    String flat =
        IrPrinter.print(GraphExpansion.of(SmallModels.residual(3)))
            .replaceAll("param layer\\.[12]\\.w\\d.*\n", "")
            .replaceAll("layer\\.[12]\\.w", "layer.0.w");

    assertThat(FindLayers.in(SmallModels.read(flat)).layers()).isZero();
  }

  @Test
  void aValueReadFarAwayKeepsItsLayerApart() {
    String flat =
        IrPrinter.print(GraphExpansion.of(SmallModels.residual(6)))
            .replace("let y = einsum", "let late = layer.5.out + layer.2.h.einsum2\nlet y = einsum")
            .replace("layer.2.h.einsum2", "layer.2.out");

    Graph found =
        FindLayers.in(
            SmallModels.read(
                flat.replace("einsum(\"bh,hk->bk\", layer.5.out", "einsum(\"bh,hk->bk\", late")));

    GraphVerifier.verify(found);
    assertThat(found.layers()).isLessThan(6);
    assertThat(found.parameterCount()).isEqualTo(SmallModels.residual(6).parameterCount());
  }

  @Test
  void graphsWithRepeatsStayAsTheyAre() {
    Graph graph = SmallModels.residual(4);

    assertThat(FindLayers.in(graph)).isSameAs(graph);
  }
}
