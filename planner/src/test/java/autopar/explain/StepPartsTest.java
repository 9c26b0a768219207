package autopar.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.plan.Plan;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StepPartsTest {

  @Test
  void partsAddUpToTheStep() {
    for (String force :
        List.of(
            "", "stages=2,tensor=2", "zero=3,data=4,stages=1", "mesh=1x1/2x1", "recompute=full")) {
      Plan plan = Samples.plan(4, force);
      StepParts parts = StepParts.of(plan);
      double step = plan.predicted().stepSeconds();
      assertThat(parts.total()).as(force).isCloseTo(step, within(1e-12 * step));
      assertThat(parts.seconds()).as(force).allSatisfy(s -> assertThat(s).isNotNegative());
      assertThat(parts.compute()).as(force).isPositive().isLessThan(step);
    }
  }

  @Test
  void eachDecisionShowsInItsPart() {
    StepParts plain = StepParts.of(Samples.plan(4, "stages=2,tensor=2,data=1,recompute=none"));
    StepParts full = StepParts.of(Samples.plan(4, "stages=2,tensor=2,data=1,recompute=full"));
    assertThat(plain.of(Part.RECOMPUTE)).isZero();
    assertThat(full.of(Part.RECOMPUTE)).isPositive();
    assertThat(plain.of(Part.COLLECTIVES)).isPositive();
    assertThat(plain.of(Part.SENDS)).isPositive();
    StepParts sharded = StepParts.of(Samples.plan(4, "stages=1,tensor=1,data=4,zero=3"));
    assertThat(sharded.of(Part.GATHERS)).isPositive();
    assertThat(sharded.of(Part.SENDS)).isZero();
    StepParts replicated = StepParts.of(Samples.plan(4, "stages=1,tensor=1,data=4,zero=0"));
    assertThat(replicated.of(Part.GATHERS)).isZero();
    assertThat(replicated.of(Part.SYNC)).isPositive();
    StepParts lazy = StepParts.of(Samples.plan(4, "mesh=1x1/2x1"));
    assertThat(lazy.of(Part.IDLE)).isPositive();
  }

  @Test
  void theCauseOfADifferenceIsItsLargestPart() {
    StepParts plain = StepParts.of(Samples.plan(4, "stages=2,tensor=2,data=1,recompute=none"));
    StepParts full = StepParts.of(Samples.plan(4, "stages=2,tensor=2,data=1,recompute=full"));
    assertThat(Cause.of(full.minus(plain))).startsWith("+").contains(Part.RECOMPUTE.words());
    assertThat(Cause.of(plain.minus(full))).startsWith("-").contains(Part.RECOMPUTE.words());
    assertThat(Cause.of(plain.minus(plain))).isEqualTo("no part of the step differs");
  }
}
