package autopar.planner;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import autopar.cluster.HostGroup;
import autopar.ir.graph.Graph;
import autopar.plan.Plan;
import autopar.plan.PlanJson;
import autopar.plan.PlanVerifier;
import autopar.plan.StagePlan;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans for hosts that differ. */
class MixedPlansTest {
  private static final Path HOME = Path.of(System.getProperty("autopar.home"));
  private static final Graph GPT =
      SampleGraphs.tiny(
          "gpt",
          Map.of("layers", 24L, "hidden", 2048L, "heads", 16L, "seq", 1024L, "vocab", 8192L));

  private static Plan plan(Cluster cluster, String force) {
    PlanOptions options = PlanOptions.DEFAULT.withForced(ForceParser.parse(force));
    Plan plan = Planning.plan(Planning.ask(GPT, cluster, 128, options));
    assertThat(PlanVerifier.verify(plan)).isEmpty();
    assertThat(plan.predicted().lowerBoundSeconds())
        .isPositive()
        .isLessThanOrEqualTo(plan.predicted().stepSeconds());
    return plan;
  }

  @Test
  void fasterHostsGetMoreLayers() {
    for (List<String> kinds : List.of(List.of("h100", "a100-80g"), List.of("a100-80g", "h100"))) {
      Cluster cluster =
          SampleClusters.mixed(kinds, List.of(new HostGroup(0, 1, 4), new HostGroup(1, 1, 4)));
      Plan plan = plan(cluster, "stages=2,widths=4/4");
      int fast = kinds.indexOf("h100");
      int onFast = plan.stages().get(fast).layerCount();
      // The peaks are 989 and 312 TFLOP/s; of 24 layers, equal hosts would hold 12 each.
      assertThat(onFast).as("layers on %s", kinds).isGreaterThan(14);
      assertThat(plan.cluster().groups()).hasSize(2);
      assertThat(plan.cluster().groupOf(0).device())
          .startsWith(kinds.get(0).substring(0, 4).toUpperCase(java.util.Locale.ROOT));
    }
    Plan equal =
        plan(
            SampleClusters.mixed(List.of("h100"), List.of(new HostGroup(0, 2, 4))),
            "stages=2,widths=4/4");
    assertThat(equal.stages().getFirst().layerCount()).isBetween(11, 13);
  }

  @Test
  void aFreeSearchGivesEachDeviceOfAFasterHostMoreWork() {
    Cluster cluster =
        SampleClusters.mixed(
            List.of("h100", "a100-80g"), List.of(new HostGroup(0, 1, 8), new HostGroup(1, 1, 4)));
    Plan plan = plan(cluster, "");
    double fast = 0;
    double slow = 0;
    for (StagePlan stage : plan.stages()) {
      for (int device : stage.devices()) {
        double layers = (double) stage.layerCount() / stage.devices().size();
        fast += device < 8 ? layers / 8 : 0;
        slow += device < 8 ? 0 : layers / 4;
      }
    }
    assertThat(fast).isGreaterThan(1.5 * slow);
    Plan onlyFast = plan(cluster.truncatedTo(8), "");
    assertThat(plan.predicted().stepSeconds())
        .isLessThanOrEqualTo(onlyFast.predicted().stepSeconds() * (1 + 1e-9));
  }

  /** A stage over hosts of both kinds runs at the pace of the slower, and fits the smaller. */
  @Test
  void aStageOverBothKindsIsPricedByTheWeaker() {
    List<HostGroup> groups = List.of(new HostGroup(0, 1, 4), new HostGroup(1, 1, 4));
    Plan mixed =
        plan(SampleClusters.mixed(List.of("h200", "a100-40g"), groups), "data=8,tensor=1,stages=1");
    Plan slow =
        plan(
            SampleClusters.mixed(List.of("a100-40g"), List.of(new HostGroup(0, 2, 4))),
            "data=8,tensor=1,stages=1");
    assertThat(mixed.predicted().stepSeconds())
        .isGreaterThanOrEqualTo(slow.predicted().stepSeconds() * (1 - 1e-9));
    assertThat(mixed.stages().getFirst().predicted().memory().total())
        .isLessThanOrEqualTo(mixed.cluster().groups().get(1).usableBytesPerDevice());
  }

  @Test
  void groupsThatAreAllAlikeGiveThePlanOfEqualHosts(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("same.json");
    Files.writeString(
        file,
        """
        {"name": "a800", "about": "hosts in three groups", "software": "fused-2023", "groups": [
          {"cluster": "a800", "hosts": {"value": 1, "unit": "count", "derived": "a test of groups"}},
          {"cluster": "a800", "hosts": {"value": 1, "unit": "count", "derived": "a test of groups"}},
          {"cluster": "a800", "hosts": {"value": 6, "unit": "count", "derived": "a test of groups"}}
        ]}
        """);
    Cluster grouped = Clusters.named(HOME, file.toString());
    Cluster equal = Clusters.named(HOME, "a800");
    assertThat(grouped.devices()).isEqualTo(64);
    for (int devices : new int[] {7, 16, 21}) {
      String force = devices == 7 ? "stages=2,widths=3/4" : "";
      assertThat(PlanJson.write(plan(grouped.truncatedTo(devices), force)))
          .isEqualTo(PlanJson.write(plan(equal.truncatedTo(devices), force)));
    }
  }

  @Test
  void partsOfReplicasAreRefusedOnUnevenHosts() {
    Cluster uneven =
        SampleClusters.mixed(
            List.of("h100"), List.of(new HostGroup(0, 1, 4), new HostGroup(0, 1, 2)));
    PlanOptions options = PlanOptions.DEFAULT.withForced(ForceParser.parse("zero_group=2"));
    assertThat(Planning.ask(GPT, uneven, 128, options))
        .isInstanceOfSatisfying(
            PlanOutcome.NoPlan.class,
            none -> assertThat(none.reasons().getFirst()).contains("different numbers of devices"));
  }

  @Test
  void theFirstDevicesOfAFileAreTaken() {
    List<HostGroup> groups = List.of(new HostGroup(0, 1, 4), new HostGroup(1, 1, 4));
    Cluster cluster = SampleClusters.mixed(List.of("h100", "a100-40g"), groups);
    Cluster equal = SampleClusters.mixed(List.of("h100"), List.of(new HostGroup(0, 2, 4)));
    assertThat(PlanJson.write(plan(cluster.truncatedTo(4), "")))
        .isEqualTo(PlanJson.write(plan(equal.truncatedTo(4), "")));
    Plan six = plan(cluster.truncatedTo(6), "");
    assertThat(six.cluster().hosts()).isEqualTo(2);
    assertThat(six.cluster().shape()).isEqualTo("1 x 4 + 1 x 4");
  }

  /** Eight small devices hold 0.6 of the states; two large ones more hold the rest. */
  @Test
  void theFewestDevicesMayBeLargerOnes() {
    Graph opt = SampleGraphs.shipped("opt-30b", Map.of());
    Cluster cluster =
        SampleClusters.mixed(
                List.of("a100-40g", "h200"),
                List.of(new HostGroup(0, 1, 8), new HostGroup(1, 2, 8)))
            .withDevices(8);
    PlanRequest request = Planning.request(opt, cluster, 128, PlanOptions.DEFAULT);
    List<Integer> asked = new ArrayList<>();
    FewestDevices.Found<Integer> found =
        FewestDevices.beyond(
                request,
                devices -> {
                  asked.add(devices);
                  return Optional.of(devices).filter(n -> n >= 10);
                })
            .orElseThrow();
    assertThat(found.devices()).isEqualTo(10);
    // Fewer than this do not hold the weights, gradients and optimizer states.
    assertThat(asked).allMatch(devices -> devices >= 9);
  }
}
