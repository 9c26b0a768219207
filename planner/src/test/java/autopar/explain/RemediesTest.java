package autopar.explain;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.Pricing;
import autopar.planner.WayOut;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RemediesTest {
  /** A device too small for the states of the sample model. */
  private static final long SMALL = 2L << 30;

  private static PlanRequest small(int devices, String force) {
    PlanRequest request = Samples.request(devices, force);
    long bytes = SampleClusters.shipped("a800", 1).device().contextBytes() + SMALL;
    return request.withCluster(request.cluster().withMemory(bytes));
  }

  private static Refusal refusal(PlanRequest request, String force) {
    PlanOutcome.NoPlan none = (PlanOutcome.NoPlan) Planner.price(request);
    return Remedies.of(
        request,
        force,
        none,
        layers ->
            Optional.of(
                SampleGraphs.shipped(
                    "gpt",
                    Map.of("layers", (long) layers, "seq", 512L, "hidden", 1024L, "heads", 16L))),
        Pricing.Listener.SILENT);
  }

  @Test
  void aModelThatIsTooLargeHasNoConflictButWaysOut() {
    PlanRequest request = small(1, "");
    Refusal refusal = refusal(request, "");
    assertThat(refusal.conflict()).isEmpty();
    assertThat(refusal.none().missingBytes()).isPositive();
    assertThat(refusal.waysOut().stream().map(WayOut::options))
        .anySatisfy(o -> assertThat(o).startsWith("--devices "))
        .anySatisfy(o -> assertThat(o).startsWith("--set layers="))
        .contains("--offload optimizer=cpu");
    assertThat(refusal.waysOut()).isSortedAccordingTo(WayOut.CHEAPEST_FIRST);
  }

  @Test
  void theFewestDevicesAreTheFewest() {
    PlanRequest request = small(1, "");
    WayOut more =
        refusal(request, "").waysOut().stream()
            .filter(way -> way.options().startsWith("--devices"))
            .findFirst()
            .orElseThrow();
    PlanOutcome fits =
        Planner.price(request.withCluster(request.cluster().withDevices(more.devices())));
    assertThat(Samples.plan(fits).predicted().stepSeconds()).isEqualTo(more.stepSeconds());
    for (int fewer = 2; fewer < more.devices(); fewer++) {
      assertThat(Planner.price(request.withCluster(request.cluster().withDevices(fewer))))
          .isInstanceOf(PlanOutcome.NoPlan.class);
    }
  }

  @Test
  void onlyRestrictionsInConflictAreNamed() {
    String force = "overlap_gradients=true,zero=0,data=4,tensor=1";
    PlanRequest request = small(4, force);
    Refusal refusal = refusal(request, force);
    assertThat(refusal.conflict()).isNotEmpty().doesNotContain("--force overlap_gradients=true");
    // Minimal: without any one of them the rest of them leaves a plan.
    for (String dropped : refusal.conflict()) {
      String left =
          String.join(
              ",",
              refusal.conflict().stream()
                  .filter(c -> !c.equals(dropped))
                  .map(c -> c.substring("--force ".length()))
                  .toList());
      assertThat(Planner.price(small(4, left))).isInstanceOf(PlanOutcome.Planned.class);
    }
    assertThat(refusal.waysOut()).anySatisfy(w -> assertThat(w.words()).startsWith("give up "));
  }
}
