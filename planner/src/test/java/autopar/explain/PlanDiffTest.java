package autopar.explain;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.plan.Plan;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlanDiffTest {
  private static final Plan TWO = Samples.plan(4, "mesh=1x2/1x2,layers=3/3,micro_batch=1,zero=1");

  @Test
  void equalPlansHaveNothingToTell() {
    PlanDiff diff = PlanDiff.of(TWO, TWO.withWallSeconds(99));
    assertThat(diff.isEmpty()).isTrue();
    assertThat(diff.stages()).isEmpty();
  }

  @Test
  void decisionsAreToldStageByStage() {
    Plan other = Samples.plan(4, "mesh=1x2/1x2,layers=2/4,micro_batch=1,zero=1,recompute=full");
    PlanDiff diff = PlanDiff.of(TWO, other);
    assertThat(diff.asked()).isEmpty();
    assertThat(diff.decided()).isEmpty();
    assertThat(diff.stages()).hasSize(2);
    assertThat(diff.stages().getFirst().changes())
        .contains(
            new Change("layers", "[0, 3)", "[0, 2)"),
            new Change("recompute", "3 none, 0 selective, 0 full", "0 none, 0 selective, 2 full"));
    assertThat(diff.after().minus(diff.before()).of(Part.RECOMPUTE)).isPositive();
  }

  @Test
  void whatWasAskedComesFirst() {
    Plan larger = Samples.plan(8, "mesh=2x2/2x2,layers=3/3,micro_batch=1,zero=1");
    PlanDiff diff = PlanDiff.of(TWO, larger);
    assertThat(diff.asked()).contains(new Change("devices", "4", "8"));
    assertThat(diff.decided()).contains(new Change("micro_batch", "1", "2"));
  }

  @Test
  void aStageWithoutCounterpartStandsAlone() {
    Plan three = Samples.plan(4, "mesh=1x1/1x1/1x2,layers=2/2/2,micro_batch=1,zero=1");
    List<StageChange> stages = PlanDiff.of(TWO, three).stages();
    assertThat(stages).hasSize(3);
    assertThat(stages.get(0).before()).hasValue(0);
    assertThat(stages.get(0).after()).hasValue(0);
    assertThat(stages.get(1).before()).isEmpty();
    assertThat(stages.get(1).after()).hasValue(1);
    assertThat(stages.get(2).before()).hasValue(1);
    assertThat(stages.get(2).after()).hasValue(2);
    assertThat(PlanDiff.of(three, TWO).stages().get(1).after()).isEmpty();
  }
}
