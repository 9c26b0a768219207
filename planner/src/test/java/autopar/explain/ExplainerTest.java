package autopar.explain;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.plan.Plan;
import autopar.planner.ForceParser;
import autopar.planner.PlanOutcome;
import autopar.planner.Planner;
import autopar.planner.Pricing;
import org.junit.jupiter.api.Test;

final class ExplainerTest {
  private static final Subject SUBJECT = Samples.subject(4, "");
  private static final Explanation EXPLANATION =
      Explainer.explain(SUBJECT, Pricing.Listener.SILENT);

  @Test
  void everyDecisionIsExplained() {
    assertThat(EXPLANATION.decisions().stream().map(DecisionReport::decision))
        .containsExactly(Decision.values());
    assertThat(EXPLANATION.keepable()).isTrue();
    for (DecisionReport report : EXPLANATION.decisions()) {
      assertThat(report.chosen()).isEqualTo(report.decision().of(SUBJECT.plan()));
    }
    assertThat(EXPLANATION.decisions().stream().filter(r -> r.runnerUp().isPresent()).count())
        .isGreaterThan(5);
  }

  @Test
  void aRunnerUpDecidesOtherwiseAndIsTheFastestThatDoes() {
    for (DecisionReport report : EXPLANATION.decisions()) {
      report
          .runnerUp()
          .ifPresent(compared -> {
            assertThat(report.decision().differs(SUBJECT.plan(), compared.other())).isTrue();
            assertThat(report.tried())
                .allSatisfy(tried ->
                    assertThat(tried.stepSeconds())
                        .isGreaterThanOrEqualTo(compared.other().predicted().stepSeconds()));
          });
    }
  }

  @Test
  void everyAlternativeIsWhatItsOptionsGive() {
    for (DecisionReport report : EXPLANATION.decisions()) {
      for (Alternative tried : report.tried()) {
        if (tried.options().startsWith("--force ")) {
          String force = tried.options().substring("--force ".length());
          PlanOutcome again = Planner.price(SUBJECT.forcing(force));
          assertThat(new Alternative("", false, again).stepSeconds())
              .as(tried.options())
              .isEqualTo(tried.stepSeconds());
        }
      }
    }
  }

  @Test
  void circumstancesMoveTheStepTheRightWay() {
    Plan plan = SUBJECT.plan();
    assertThat(EXPLANATION.sensitivities()).hasSize(5); // one host: its NICs do nothing
    double now = plan.predicted().samplesPerSecond();
    for (Sensitivity s : EXPLANATION.sensitivities()) {
      double replanned = Samples.plan(s.replanned()).predicted().samplesPerSecond();
      if (!(s.kept() instanceof PlanOutcome.Planned same)) {
        // Half the batch is less than the plan's micro-batch.
        assertThat(s.key()).isEqualTo("global_batch_halved");
        continue;
      }
      double kept = same.plan().predicted().samplesPerSecond();
      assertThat(replanned).as(s.key()).isGreaterThanOrEqualTo(kept * (1 - 1e-9));
      switch (s.key()) {
        case "device_10_percent_faster" -> assertThat(kept).isBetween(now * 1.01, now * 1.1001);
        case "global_batch_doubled" -> assertThat(kept).isGreaterThanOrEqualTo(now);
        default -> assertThat(kept).as(s.key()).isLessThanOrEqualTo(now * (1 + 1e-9));
      }
    }
  }

  @Test
  void bindingNamesTheFullestAndTheSlowestStage() {
    Subject unequal = Samples.subject(4, "mesh=1x1/3x1,layers=5/1,micro_batch=2");
    Binding binding = Binding.of(unequal.plan(), unequal.request().cluster());
    assertThat(binding.slowestStage()).isZero();
    assertThat(binding.fullestStage()).isZero();
    assertThat(binding.links()).hasSize(1);
    assertThat(binding.links().getFirst().link()).isEqualTo("nvswitch of host 0");
    assertThat(binding.links().getFirst().seconds()).isPositive();
    Subject wide = Samples.subject(16, "mesh=1x8/1x8,micro_batch=2");
    assertThat(Binding.of(wide.plan(), wide.request().cluster()).links().getFirst().link())
        .isEqualTo("NICs of hosts 0, 1");
  }

  @Test
  void whyNotForcesInPlaceOfWhatWasForced() {
    Subject forced = Samples.subject(4, "stages=1,tensor=4");
    Plan other = Samples.plan(Explainer.whyNot(forced.request(), ForceParser.parse("stages=2")));
    assertThat(other.predicted().stepSeconds())
        .isEqualTo(Samples.plan(4, "stages=2").predicted().stepSeconds());
  }
}
