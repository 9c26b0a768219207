package autopar.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.ir.graph.Graph;
import autopar.plan.ExploredLayout;
import autopar.plan.Plan;
import autopar.plan.ReferenceLayout;
import autopar.samples.SampleGraphs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The layouts for comparison cost what {@code --force} says they cost. */
class ReferenceLayoutsTest {
  private static final int DEVICES = 6;
  private static final int BATCH = 48;
  private static final Graph GPT =
      SampleGraphs.tiny("gpt", Map.of("layers", 12L, "hidden", 1024L, "heads", 16L, "seq", 512L));
  private static final Plan PLAN = Planning.plan(Planning.ask(GPT, DEVICES, BATCH, ""));

  private static ReferenceLayout reference(String name) {
    return PLAN.search().references().stream()
        .filter(r -> r.name().startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  private static double forced(List<String> layouts) {
    double best = Double.POSITIVE_INFINITY;
    for (String layout : layouts) {
      for (String mode : List.of("none", "selective", "full")) {
        PlanOutcome outcome = Planning.ask(GPT, DEVICES, BATCH, layout + ",recompute=" + mode);
        if (outcome instanceof PlanOutcome.Planned planned) {
          best = Math.min(best, planned.plan().predicted().stepSeconds());
        }
      }
    }
    return best;
  }

  @Test
  void dataParallelIsWhatForceSays() {
    assertThat(reference("data parallel").layout().orElseThrow().stepSeconds())
        .isCloseTo(forced(List.of("tensor=1,stages=1,data=6,zero=0")), within(1e-12));
    assertThat(reference("ZeRO-3").layout().orElseThrow().stepSeconds())
        .isCloseTo(forced(List.of("tensor=1,stages=1,data=6,zero=3")), within(1e-12));
  }

  @Test
  void megatronsBestIsWhatForceSays() {
    ExploredLayout layout = reference("Megatron").layout().orElseThrow();
    assertThat(layout.devices()).isEqualTo(DEVICES);
    assertThat(12 % layout.stages()).isZero();
    // Tensor is a power of two: 1 and 2 divide six devices.
    double best = Double.POSITIVE_INFINITY;
    for (String shape :
        List.of(
            "tensor=1,stages=1",
            "tensor=1,stages=2",
            "tensor=1,stages=3",
            "tensor=1,stages=6",
            "tensor=2,stages=1",
            "tensor=2,stages=3")) {
      int tensor = shape.charAt(7) - '0';
      int stages = shape.charAt(16) - '0';
      String data = ",data=" + DEVICES / tensor / stages;
      best = Math.min(best, forced(List.of(shape + data + ",zero=0", shape + data + ",zero=1")));
    }
    assertThat(layout.stepSeconds()).isCloseTo(best, within(1e-12));
  }

  @Test
  void noReferenceBeatsThePlanOrItsBound() {
    assertThat(PLAN.search().references()).hasSize(4);
    for (ReferenceLayout reference : PLAN.search().references()) {
      assertThat(reference.layout().map(ExploredLayout::stepSeconds).orElse(1e9))
          .as(reference.name())
          .isGreaterThanOrEqualTo(PLAN.predicted().stepSeconds());
    }
  }

  @Test
  void exploredPipelinesBeginWithThePlan() {
    List<ExploredLayout> explored = PLAN.search().explored();
    assertThat(explored.getFirst().stepSeconds()).isEqualTo(PLAN.predicted().stepSeconds());
    assertThat(explored.getFirst().peakMemoryBytes()).isEqualTo(PLAN.predicted().peakMemoryBytes());
    assertThat(explored)
        .hasSizeBetween(20, 301)
        .allSatisfy(
            e -> assertThat(e.stepSeconds()).isBetween(PLAN.predicted().lowerBoundSeconds(), 1e9));
  }

  @Test
  void whatDoesNotFitSaysWhatItLacks() {
    Graph wide =
        SampleGraphs.tiny("gpt", Map.of("layers", 16L, "hidden", 8192L, "heads", 64L, "seq", 512L));
    Plan plan = Planning.plan(Planning.ask(wide, 8, 16, ""));
    ReferenceLayout data =
        plan.search().references().stream()
            .filter(r -> r.name().equals("data parallel"))
            .findFirst()
            .orElseThrow();
    assertThat(data.layout()).isEmpty();
    assertThat(data.reason()).contains("lacks", "GiB");
  }

  @Test
  void forcedPlansAreComparedWithNothing() {
    Plan plan = Planning.plan(Planning.ask(GPT, DEVICES, BATCH, "tensor=2"));
    assertThat(plan.search().references()).isEmpty();
  }
}
