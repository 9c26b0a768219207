package autopar.report;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.plan.LayerPrice;
import autopar.plan.Plan;
import org.junit.jupiter.api.Test;

class LayerGraphTest {
  private static final Plan PLAN = SmallPlan.of(8, 48, "stages=2,tensor=4,data=1,micro_batch=2");

  @Test
  void everyOperationAndCollectiveHasABoxOfItsOwn() {
    for (LayerPrice price : PLAN.layerPrices()) {
      LayerGraph graph = LayerGraph.of(price);
      long moved =
          price.flows().stream()
              .filter(f -> !f.forward().isEmpty() || !f.backward().isEmpty())
              .count();
      assertThat(count(graph, LayerGraph.BoxKind.OPERATION)).isEqualTo(price.operations().size());
      assertThat(count(graph, LayerGraph.BoxKind.MOVE)).isEqualTo(moved);
      assertThat(graph.lines()).hasSize((int) (price.flows().size() + moved));
    }
    assertThat(PLAN.layerPrices())
        .anyMatch(p -> count(LayerGraph.of(p), LayerGraph.BoxKind.MOVE) > 0);
  }

  @Test
  void boxesDoNotOverlapAndLieInside() {
    for (LayerPrice price : PLAN.layerPrices()) {
      LayerGraph graph = LayerGraph.of(price);
      for (LayerGraph.Box a : graph.boxes()) {
        assertThat(a.x()).isNotNegative();
        assertThat(a.x() + a.w()).isLessThanOrEqualTo(graph.width());
        assertThat(a.y() + a.h()).isLessThanOrEqualTo(graph.height());
        for (LayerGraph.Box b : graph.boxes()) {
          boolean apart =
              a == b
                  || a.x() + a.w() <= b.x()
                  || b.x() + b.w() <= a.x()
                  || a.y() + a.h() <= b.y()
                  || b.y() + b.h() <= a.y();
          assertThat(apart).as("%s and %s", a, b).isTrue();
        }
      }
    }
  }

  @Test
  void theSameLayerIsLaidOutTheSame() {
    LayerPrice price = PLAN.layerPrices().getFirst();
    assertThat(LayerGraph.of(price)).isEqualTo(LayerGraph.of(price));
  }

  private static long count(LayerGraph graph, LayerGraph.BoxKind kind) {
    return graph.boxes().stream().filter(b -> b.kind() == kind).count();
  }
}
