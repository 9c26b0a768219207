package autopar.intraop;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.graph.Body;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Node;
import autopar.ir.op.Einsum;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.samples.SampleGraphs;
import autopar.strategy.AxisCode;
import autopar.strategy.AxisUse;
import autopar.training.RecomputeMode;
import autopar.training.TrainingGraph;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BodyStructureTest {

  private static final Graph GPT = SampleGraphs.tiny("gpt", Map.of());
  private static final List<BodyStructure> STRUCTURES = BodyStructures.of(TrainingGraph.of(GPT));
  private static final BodyStructure LAYER = STRUCTURES.get(1);

  private static List<String> values(BodyStructure structure, RecomputeMode mode) {
    Body body = structure.body();
    return body.values().stream()
        .filter(v -> structure.saves(mode, v.id()))
        .map(v -> v.name())
        .toList();
  }

  private static Node node(String result) {
    Body body = LAYER.body();
    return body.nodes().stream()
        .filter(n -> body.value(n.results().getFirst()).name().equals(result))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void savesWhatBackwardReads() {
    assertThat(values(LAYER, RecomputeMode.NONE)).contains("x", "h", "q", "k", "v", "a", "y", "g");
    assertThat(values(LAYER, RecomputeMode.SELECTIVE))
        .contains("x", "q", "k", "v")
        .doesNotContain("a");
    assertThat(values(LAYER, RecomputeMode.FULL)).containsExactly("x");
  }

  @Test
  void repeatsWhatIsNotSaved() {
    assertThat(LAYER.recomputes(RecomputeMode.FULL, node("a").id())).isTrue();
    assertThat(LAYER.recomputes(RecomputeMode.FULL, node("h").id())).isTrue();
    assertThat(LAYER.recomputes(RecomputeMode.SELECTIVE, node("a").id())).isTrue();
    assertThat(LAYER.recomputes(RecomputeMode.SELECTIVE, node("h").id())).isFalse();
    for (int n = 0; n < LAYER.nodes(); n++) {
      assertThat(LAYER.recomputes(RecomputeMode.NONE, n)).isFalse();
    }
  }

  @Test
  void valuesWithSeveralReadersAreHubs() {
    List<String> hubs =
        IntStream.range(0, LAYER.hubs())
            .mapToObj(h -> LAYER.body().value(LAYER.hubValue(h)).name())
            .toList();
    assertThat(hubs).containsExactlyInAnyOrder("x", "h", "y");
    assertThat(LAYER.variables()).isEqualTo(LAYER.nodes() + 3 + 1);
    for (int h = 0; h < LAYER.hubs(); h++) {
      int hub = LAYER.nodes() + h;
      assertThat(LAYER.edges()).filteredOn(e -> e.to() == hub).hasSize(1);
      assertThat(LAYER.edges())
          .filteredOn(e -> e.from() == hub)
          .hasSize(h == hubs.indexOf("h") ? 3 : 2);
    }
  }

  @Test
  void everyKernelOfBackwardHasFactorsOfItsForwardNode() {
    int withKernels = 0;
    for (int n = 0; n < LAYER.nodes(); n++) {
      withKernels += LAYER.backward(n).isEmpty() ? 0 : 1;
      for (BodyStructure.BackwardKernel kernel : LAYER.backward(n)) {
        assertThat(kernel.forwardFactor()).as("%s", kernel.op()).doesNotContain(-1);
      }
    }
    // Residual additions hand their gradient on as it is.
    assertThat(withKernels).isGreaterThanOrEqualTo(LAYER.nodes() - 2);
  }

  @Test
  void parametersKnowTheirOtherReaders() {
    BodyStructure last = STRUCTURES.getLast();
    assertThat(STRUCTURES.getFirst().parameters()).anyMatch(BodyStructure.ParameterUse::tied);
    assertThat(last.parameters()).noneMatch(BodyStructure.ParameterUse::tied);
    assertThat(LAYER.parameters()).hasSize(16).allMatch(BodyStructure.ParameterUse::trainable);
  }

  @Test
  void onlySequenceParallelismSplitsRowsAndFeaturesOfNorms() {
    boolean[][] marked = SequenceFactors.of(LAYER.body(), rules());
    Node product = LAYER.body().nodes().get(1);
    assertThat(product.op()).isInstanceOf(Einsum.class);
    assertThat(names(marked, product)).containsExactly("s");
    assertThat(names(marked, node("h"))).hasSize(2);
    // Inside attention the sequence is the kernel's own affair, but it is still the sequence.
    assertThat(names(marked, node("a"))).doesNotContain("g", "r");
  }

  private static autopar.sharding.FactorRule[] rules() {
    return IntStream.range(0, LAYER.nodes())
        .mapToObj(LAYER::rule)
        .toArray(autopar.sharding.FactorRule[]::new);
  }

  private static List<String> names(boolean[][] marked, Node node) {
    return IntStream.range(0, marked[node.id()].length)
        .filter(f -> marked[node.id()][f])
        .mapToObj(f -> LAYER.rule(node.id()).factors().get(f).name())
        .toList();
  }

  @Test
  void boundariesAreWhatTheSearchSpaceAllows() {
    TensorType x =
        new TensorType(ElementType.REAL, List.of(Extent.batch(1), Extent.of(16), Extent.of(64)));
    int[] sizes = {2, 4};
    assertThat(BoundaryCodes.of(x, sizes, 8, AxisUse.DATA_FIRST))
        .containsExactly(0xF00, 0xF10, 0xF20, 0xFF0);
    assertThat(BoundaryCodes.of(x, sizes, 4, AxisUse.DATA_FIRST))
        .containsExactly(0xF10, 0xF20, 0xFF0);
    assertThat(BoundaryCodes.of(x, sizes, 8, new AxisUse(true, Optional.of(true))))
        .containsExactly(0xF10);
    assertThat(BoundaryCodes.of(x, sizes, 8, new AxisUse(true, Optional.of(false))))
        .containsExactly(0xFF0);
    assertThat(BoundaryCodes.of(x, sizes, 1, AxisUse.DATA_FIRST)).isEmpty();
    assertThat(BoundaryCodes.of(x, new int[] {1, 1}, 1, AxisUse.DATA_FIRST)).containsExactly(0xFFF);
  }

  @Test
  void boundariesFitValuesOfOtherRanks() {
    TensorType bias = new TensorType(ElementType.REAL, List.of(Extent.of(4), Extent.of(16)));
    assertThat(BoundaryCodes.on(0xF10, bias)).isEqualTo(AxisCode.ALL_REPLICATED);
    TensorType flat = new TensorType(ElementType.REAL, List.of(Extent.batch(1), Extent.of(64)));
    assertThat(BoundaryCodes.on(0xF20, flat)).isEqualTo(0xFF0);
    assertThat(BoundaryCodes.on(0xF10, flat)).isEqualTo(0xF10);
  }
}
