package autopar.plan;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.diagnostics.SourceFile;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlanVerifierTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The sample plan with the value at {@code pointer} replaced breaks {@code constraint}. */
  private static void breaks(String constraint, String pointer, String value) {
    breaks(SamplePlan.plan(), constraint, pointer, value);
  }

  private static void breaks(Plan plan, String constraint, String pointer, String value) {
    JsonPointer where = JsonPointer.compile(pointer);
    try {
      JsonNode root = MAPPER.readTree(PlanJson.write(plan));
      JsonNode parent = root.at(where.head());
      JsonNode replacement = MAPPER.readTree(value);
      switch (parent) {
        case ObjectNode object -> object.set(where.last().getMatchingProperty(), replacement);
        case ArrayNode array -> array.set(where.last().getMatchingIndex(), replacement);
        default -> throw new IllegalArgumentException("nothing at " + pointer);
      }
      Plan broken = PlanJson.read(new SourceFile("plan.json", root.toString()));
      assertThat(PlanVerifier.verify(broken))
          .as(pointer + " = " + value)
          .extracting(PlanViolation::constraint)
          .contains(constraint);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void acceptsTheSamplePlan() {
    assertThat(PlanVerifier.verify(SamplePlan.plan())).isEmpty();
  }

  @Test
  void p1CountsArePositiveAndFiguresFinite() {
    breaks("P1", "/micro_batch", "0");
    breaks("P1", "/predicted/step_s", "0");
    breaks("P1", "/predicted/step_s", "-1");
    breaks("P1", "/stages/1/index", "0");
    breaks("P1", "/stages", "[]");
    breaks("P1", "/stages/0/mesh/0/size", "0");
    breaks("P1", "/stages/0/predicted/memory_bytes/workspace", "-1");
    breaks("P1", "/predicted/bubble_fraction", "1");
  }

  @Test
  void p2LayersAreCoveredOnceInOrder() {
    breaks("P2", "/stages/1/layers", "[[3, 4]]");
    breaks("P2", "/stages/1/layers", "[[1, 4]]");
    breaks("P2", "/stages/1/layers", "[[2, 5]]");
    breaks("P2", "/stages/1/layers", "[[2, 3], [3, 4]]");
    breaks("P2", "/model/layers", "5");
  }

  @Test
  void p3LayersAreNamedOnce() {
    breaks("P3", "/stages/0/layer_names", "[\"block.0\"]");
    breaks("P3", "/stages/0/layer_names", "[\"block.0\", \"block.2\"]");
  }

  @Test
  void p4DevicesAreUsedOnceOrIdle() {
    breaks("P4", "/idle", "[]");
    breaks("P4", "/idle", "[3]");
    breaks("P4", "/idle", "[4, 5]");
    breaks("P4", "/stages/0/devices", "[0, 2]");
  }

  @Test
  void p5MeshMatchesTheDevices() {
    breaks("P5", "/stages/0/mesh/0/size", "2");
    breaks("P5", "/stages/0/mesh/0/size", "2147483647");
    breaks("P5", "/stages/0/mesh/0/axis", "\"tensor\"");
    String besides =
        Stream.of("tensor", "depth", "more")
            .map("{\"axis\": \"%s\", \"size\": 1}"::formatted)
            .collect(Collectors.joining(", "));
    breaks("P5", "/stages/0/mesh", "[{\"axis\": \"data\", \"size\": 2}, " + besides + "]");
  }

  @Test
  void p6RecomputeCountsSumToTheLayers() {
    breaks("P6", "/stages/0/recompute/none", "2");
  }

  @Test
  void p7ZeroAndScheduleAreKnown() {
    breaks("P7", "/stages/0/zero", "4");
    breaks("P7", "/schedule/virtual_stages", "2");
  }

  @Test
  void p8MemorySumsUpAndFits() {
    breaks("P8", "/stages/0/predicted/memory_bytes/total", "2345");
    breaks("P8", "/cluster/usable_bytes_per_device", "2000");
    breaks("P8", "/cluster/memory_bytes_per_device", "2000");
  }

  @Test
  void p9MemoryIsThatOfTheTensors() {
    breaks("P9", "/stages/0/predicted/memory_bytes/parameters", "1");
    breaks("P9", "/stages/0/predicted/memory_bytes/activations", "1");
    breaks("P9", "/tensors/0/dtype", "\"fp32\"");
    breaks("P9", "/stages/0/offload/optimizer", "\"cpu\"");
  }

  @Test
  void p10MicroBatchesCoverTheGlobalBatch() {
    breaks("P10", "/micro_batches", "5");
    breaks("P10", "/micro_batch", "16");
  }

  @Test
  void p11ThroughputFollowsFromTheStep() {
    breaks("P11", "/predicted/samples_per_s", "8");
    breaks("P11", "/predicted/tokens_per_s", "8");
    breaks("P11", "/workload/sequence", "17");
  }

  @Test
  void p12UtilisationFollowsFromTheFlops() {
    breaks("P12", "/predicted/mfu", "0.5");
    breaks("P12", "/predicted/tflops_per_device", "0.5");
    breaks("P12", "/cluster/peak_flops_per_device", "1e7");
  }

  @Test
  void p13BoundAndGapAgree() {
    breaks("P13", "/predicted/gap", "0.1");
    breaks("P13", "/predicted/lower_bound_s", "3");
  }

  @Test
  void p14TheStepHoldsEveryPass() {
    breaks("P14", "/stages/0/predicted/passes/0/backward_s", "0.9");
    breaks("P14", "/stages/0/predicted/passes/0/backward_s", "0.01");
    breaks("P14", "/stages/0/predicted/passes", "[]");
    breaks("P14", "/predicted/step_s", "1");
    breaks("P14", "/stages/0/predicted/shares/recompute_s", "0.21");
    breaks("P14", "/stages/0/predicted/shares/send_s", "0.041");
    breaks("P14", "/stages/1/predicted/shares/update_s", "-0.001");
  }

  @Test
  void p15PeakIsTheLargestStage() {
    breaks("P15", "/predicted/peak_memory_bytes", "2343");
  }

  @Test
  void p16HashesAreThere() {
    breaks("P16", "/hashes/model", "\"\"");
    breaks("P16", "/hashes/cluster", "\"xyz\"");
  }

  @Test
  void p17ShardingsUseTheirMeshOnce() {
    breaks("P17", "/tensors/0/sharding", "[[\"tensor\"]]");
    breaks("P17", "/tensors/0/sharding", "[[\"tensor\"], [\"tensor\"]]");
    breaks("P17", "/tensors/0/sharding", "[[\"depth\"], []]");
    breaks("P17", "/tensors/0/partial", "[\"tensor\"]");
    breaks("P17", "/tensors/0/stored", "[[]]");
    breaks("P17", "/tensors/0/flat", "[\"tensor\"]");
    breaks("P17", "/tensors/0/stage", "2");
    breaks("P17", "/tensors/0/shape", "[0, 4]");
    breaks("P17", "/tensors/0/shape", "[4611686018427387904, 4611686018427387904]");
  }

  @Test
  void p18ParametersAreCompleteAndTrained() {
    breaks("P18", "/model/parameters", "169");
    breaks("P18", "/model/trainable_parameters", "128");
    breaks("P18", "/tensors/1/name", "\"grad(wt)\"");
    breaks("P18", "/tensors/1/shape", "[4, 10]");
  }

  @Test
  void p18TrainedParametersHaveOptimizerState() {
    String text = PlanJson.write(SamplePlan.plan()).replaceAll("(master|m|v)\\(wte\\)", "$1(wt)");
    assertThat(PlanVerifier.verify(PlanJson.read(new SourceFile("plan.json", text))))
        .extracting(PlanViolation::toString)
        .contains("P18: wte has no optimizer state on stage 0");
  }

  @Test
  void p19SavedActivationsFollowTheSchedule() {
    breaks("P19", "/tensors/15/in_flight", "1");
    breaks("P19", "/tensors/15/layers", "2");
    breaks("P19", "/tensors/15/chunk", "1");
    breaks("P19", "/schedule/kind", "\"gpipe\"");
  }

  @Test
  void p20HostsAreThoseOfTheDevices() {
    breaks("P20", "/cluster/hosts", "2");
    breaks("P20", "/cluster/devices_per_host", "4");
  }

  @Test
  void p21TiedTensorsAreEqual() {
    breaks("P21", "/tensors/0/dtype", "\"fp32\"");
    breaks("P21", "/tensors/5/name", "\"wte\"");
  }

  @Test
  void p22EveryLayerHasOneStrategy() {
    breaks("P22", "/strategies", "[]");
    breaks("P22", "/strategies/0/stage", "2");
    breaks("P22", "/strategies/0/chunk", "1");
    breaks("P22", "/strategies/0/instances", "[1, 2]");
    breaks("P22", "/strategies/0/instances", "[1, 1]");
    breaks("P22", "/strategies/0/recompute", "\"full\"");
    breaks("P22", "/strategies/0/boundary", "[0]");
    breaks("P22", "/strategies/0/nodes/y", "[\"b\"]");
    breaks("P22", "/strategies/0/hubs/x/partial", "[\"depth\"]");
  }

  @Test
  void p23TimePartsSumToPassesAndOverhead() {
    breaks("P23", "/stages/0/predicted/time/0/exposed_s", "0.11");
    breaks("P23", "/stages/1/predicted/time/4/exposed_s", "0.009");
    breaks("P23", "/stages/0/predicted/time", "[]");
    breaks("P1", "/stages/0/predicted/time/4/hidden_s", "-1");
  }

  @Test
  void p24TheStepIsThatOfItsSchedule() {
    breaks("P24", "/predicted/fixed_step_s", "0.2");
    breaks("P24", "/stages/0/predicted/passes/0/send_forward_s", "0.1");
    breaks("P24", "/schedule/kind", "\"gpipe\"");
    breaks("P1", "/predicted/fixed_step_s", "-1");
  }

  @Test
  void p25EveryStrategyHasOnePrice() {
    breaks("P25", "/layer_prices", "[]");
    breaks("P25", "/layer_prices/0/uses/0", "[1, 0, 1, 2, 3]");
    breaks("P25", "/layer_prices/0/uses/0", "[0, 0, 1, 0, 2]");
  }

  @Test
  void p26TheClusterIsWhatItsHostsAre() {
    Plan mixed = SamplePlan.onHostsThatDiffer();
    assertThat(PlanVerifier.verify(mixed)).isEmpty();
    breaks(mixed, "P26", "/cluster/devices_per_host", "2");
    breaks(mixed, "P26", "/cluster/memory_bytes_per_device", "9000");
    breaks(mixed, "P26", "/cluster/usable_bytes_per_device", "8000");
    breaks(mixed, "P26", "/cluster/peak_flops_per_device", "2e6");
    breaks(mixed, "P26", "/cluster/host_groups/1/peak_flops_per_device", "1e6");
    breaks(mixed, "P20", "/cluster/hosts", "3");
    breaks(mixed, "P20", "/cluster/host_groups/0/hosts", "2");
    breaks(mixed, "P20", "/cluster/host_groups/1/devices_per_host", "1");
    breaks(mixed, "P1", "/cluster/host_groups/1/devices_per_host", "0");
    breaks(mixed, "P1", "/cluster/host_groups/1/memory_bytes_per_device", "0");
  }

  /** Stage 1 is on the last device of the first host and the first one of the second. */
  @Test
  void p8AStageFitsTheSmallestOfItsDevices() {
    Plan mixed = SamplePlan.onHostsThatDiffer();
    breaks(mixed, "P8", "/cluster/host_groups/1/usable_bytes_per_device", "2000");
    breaks(mixed, "P8", "/cluster/host_groups/0/usable_bytes_per_device", "2000");
    breaks(mixed, "P8", "/cluster/host_groups/1/memory_bytes_per_device", "2000");
  }
}
