package autopar.planner;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.interop.SearchResult;
import autopar.interop.StageMemory;
import autopar.ir.graph.Graph;
import autopar.plan.MemoryBreakdown;
import autopar.plan.Plan;
import autopar.plan.PlanVerifier;
import autopar.plan.StagePlan;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {

  private static final Offset<Double> BYTES = Offset.offset(1.0);

  private static final Graph GPT =
      SampleGraphs.tiny(
          "gpt", Map.of("layers", 4L, "hidden", 1024L, "heads", 8L, "seq", 512L, "vocab", 4096L));

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "llama", "bert", "t5", "mlp", "conv"})
  void plansEveryFamilyOnEveryNumberOfDevices(String family) {
    Graph graph = SampleGraphs.tiny(family, Map.of());
    for (int devices : new int[] {1, 2, 3, 6, 8, 24}) {
      Plan plan = Planning.plan(graph, devices, 48, "");
      assertThat(PlanVerifier.verify(plan)).as("%s on %d", family, devices).isEmpty();
      assertThat(plan.predicted().lowerBoundSeconds())
          .isPositive()
          .isLessThanOrEqualTo(plan.predicted().stepSeconds());
      assertThat(
              plan.stages().stream().mapToInt(s -> s.devices().size()).sum() + plan.idle().size())
          .isEqualTo(devices);
    }
  }

  /** Shards that do not divide are rounded up; the search must know, or plans do not fit. */
  @ParameterizedTest
  @ValueSource(strings = {"gpt", "llama", "t5", "mlp"})
  void stagesArePricedWithTheBytesOfTheirTensors(String family) {
    Graph graph = SampleGraphs.tiny(family, Map.of());
    for (String force : List.of("zero=1", "zero=2", "zero=3", "zero=0,tensor=1")) {
      PlanRequest request = Planning.request(graph, 7, 49, force);
      Planner.Problem problem = Planner.problem(request);
      SearchResult result = Planner.search(request, problem);
      Plan plan = new PlanAssembler(request, problem, result).assemble();
      for (StagePlan stage : plan.stages()) {
        StageMemory priced =
            result.ranked().getFirst().candidate().stages().get(stage.index()).memory();
        MemoryBreakdown stated = stage.predicted().memory();
        assertThat((double) stated.parameters()).isCloseTo(priced.parameters(), BYTES);
        assertThat((double) stated.gradients()).isCloseTo(priced.gradients(), BYTES);
        assertThat((double) stated.optimizer()).isCloseTo(priced.optimizer(), BYTES);
        assertThat((double) stated.activations()).isCloseTo(priced.activations(), BYTES);
      }
    }
  }

  @Test
  void moreDevicesAreNeverSlower() {
    Graph graph = SampleGraphs.perceptrons(2, 1, 4096, 8192);
    double best = 0;
    for (int devices = 1; devices <= 16; devices++) {
      double samples = Planning.plan(graph, devices, 64, "").predicted().samplesPerSecond();
      assertThat(samples).as("%d devices", devices).isGreaterThanOrEqualTo(best * (1 - 1e-9));
      best = Math.max(best, samples);
    }
  }

  @Test
  void neverSlowerThanLayoutsByHand() {
    double free = Planning.plan(GPT, 8, 64, "").predicted().stepSeconds();
    List<String> megatron =
        List.of(
            "tensor=1,data=8,stages=1,micro_batch=8",
            "tensor=1,data=8,stages=1,micro_batch=1,zero=1",
            "tensor=2,data=4,stages=1,micro_batch=2",
            "tensor=2,data=4,stages=1,micro_batch=16",
            "tensor=8,data=1,stages=1,micro_batch=16",
            "tensor=8,data=1,stages=1,micro_batch=4,sequence_parallel=true",
            "tensor=4,data=1,stages=2,micro_batch=4,sequence_parallel=false",
            "tensor=1,data=4,stages=2,micro_batch=4",
            "tensor=1,data=4,stages=2,micro_batch=1,recompute=full",
            "tensor=1,data=2,stages=4,micro_batch=4",
            "tensor=2,data=1,stages=4,micro_batch=8,recompute=selective",
            "tensor=2,data=2,stages=2,micro_batch=8,zero=2");
    List<String> alpa =
        List.of(
            "mesh=8x1",
            "mesh=4x2",
            "mesh=4x1/4x1",
            "mesh=2x2/4x1",
            "mesh=4x1/2x1/2x1",
            "mesh=6x1/2x1,layers=3/1",
            "mesh=2x1/2x1/2x1/2x1,micro_batch=2",
            "mesh=1x4/1x4",
            "mesh=1x2/2x1/1x4,layers=1/1/2",
            "mesh=4x1/4x1,layers=1/3,micro_batch=4",
            "widths=3/5",
            "widths=5/3,layers=3/1");
    for (String force : megatron) {
      assertSlower(force, free);
    }
    for (String force : alpa) {
      assertSlower(force, free);
    }
  }

  private static void assertSlower(String force, double free) {
    Plan plan = Planning.plan(GPT, 8, 64, force);
    assertThat(plan.predicted().stepSeconds()).as(force).isGreaterThanOrEqualTo(free * (1 - 1e-9));
  }

  @Test
  void threadsDoNotChangeThePlan() {
    Plan one = withThreads(1);
    assertThat(withThreads(2)).isEqualTo(one);
    assertThat(withThreads(3)).isEqualTo(one);
  }

  private static Plan withThreads(int threads) {
    PlanOptions d = PlanOptions.DEFAULT;
    PlanOptions options =
        new PlanOptions(
            d.schedules(),
            d.recompute(),
            d.zero(),
            d.offload(),
            d.forced(),
            d.timeLimitSeconds(),
            d.seed(),
            threads);
    Plan plan = Planning.plan(Planning.ask(GPT, SampleClusters.shipped("a800", 12), 48, options));
    assertThat(plan.search().threads()).isEqualTo(threads);
    var s = plan.search();
    return new Plan(
        plan.model(),
        plan.cluster(),
        plan.workload(),
        plan.execution(),
        plan.devices(),
        plan.microBatch(),
        plan.microBatches(),
        plan.schedule(),
        plan.stages(),
        plan.idle(),
        plan.hashes(),
        plan.tensors(),
        plan.strategies(),
        plan.layerPrices(),
        plan.predicted(),
        new autopar.plan.SearchReport(
            0,
            s.seed(),
            0,
            s.candidates(),
            s.solver(),
            s.runnerUps(),
            s.notes(),
            s.explored(),
            s.references()));
  }

  @Test
  void saysWhatIsMissingAndWhatWouldHelp() {
    Graph graph =
        SampleGraphs.tiny("gpt", Map.of("layers", 8L, "hidden", 8192L, "heads", 64L, "seq", 512L));
    PlanOutcome.NoPlan none =
        (PlanOutcome.NoPlan)
            Planning.ask(graph, SampleClusters.shipped("a800", 1), 8, PlanOptions.DEFAULT);
    assertThat(none.missingBytes()).isPositive();
    assertThat(none.reasons().getFirst()).contains("lacks", "GiB");
    assertThat(none.waysOut())
        .anySatisfy(w -> assertThat(w.words()).contains("at least 2 devices"));
    PlanOutcome.NoPlan forced =
        (PlanOutcome.NoPlan) Planning.ask(graph, 8, 64, "zero=0,recompute=none,data=8");
    assertThat(forced.missingBytes()).isPositive();
    assertThat(forced.waysOut())
        .anySatisfy(
            w -> assertThat(w.words()).contains("let the planner choose recomputation and ZeRO"));
  }

  @Test
  void saysThatDecisionsContradict() {
    for (String force :
        List.of("tensor=3,data=3,stages=1", "stages=9", "widths=9/1", "layers=3/3", "data=128")) {
      PlanOutcome outcome = Planning.ask(GPT, 8, 64, force);
      assertThat(outcome).as(force).isInstanceOf(PlanOutcome.NoPlan.class);
      PlanOutcome.NoPlan none = (PlanOutcome.NoPlan) outcome;
      assertThat(none.missingBytes()).as(force).isZero();
      assertThat(none.reasons().getFirst()).as(force).contains("force");
    }
  }
}
