package autopar.planner;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.graph.Graph;
import autopar.plan.Dtype;
import autopar.plan.Plan;
import autopar.plan.PlanTensor;
import autopar.plan.PlanVerifier;
import autopar.plan.StagePlan;
import autopar.plan.TensorKind;
import autopar.samples.SampleGraphs;
import autopar.schedule.ScheduleKind;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every key of {@code --force} is found again in the plan. */
class ForcedPlansTest {

  private static final Graph GPT =
      SampleGraphs.tiny(
          "gpt", Map.of("layers", 6L, "hidden", 512L, "heads", 8L, "seq", 256L, "vocab", 1024L));

  private record Case(String force, int devices, Consumer<Plan> expected) {}

  private static final List<Case> CASES =
      List.of(
          new Case("tensor=4", 8, p -> eachStage(p, s -> tensorIs(s, 4))),
          new Case("tensor=2,sequence_parallel=true", 8, p -> eachStage(p, s -> tensorIs(s, 2))),
          new Case("data=2", 8, p -> eachStage(p, s -> dataIs(s, 2))),
          new Case("stages=3", 6, p -> assertThat(p.stages()).hasSize(3)),
          new Case("stages=5", 8, p -> assertThat(p.stages()).hasSize(5)),
          new Case("stages=1", 3, p -> assertThat(p.stages()).hasSize(1)),
          new Case("tensor=2,data=2,stages=2", 8, p -> shapeIs(p, 2, 2, 2)),
          new Case("tensor=1,data=8,stages=1", 8, p -> shapeIs(p, 1, 8, 1)),
          new Case("tensor=8,data=1,stages=1", 8, p -> shapeIs(p, 8, 1, 1)),
          new Case("tensor=1,data=1,stages=6", 6, p -> shapeIs(p, 1, 1, 6)),
          new Case("tensor=2,data=1,stages=3", 8, p -> shapeIs(p, 2, 1, 3)),
          new Case("micro_batch=1", 8, p -> eachStage(p, s -> replicaBatchIs(p, s, 1))),
          new Case("micro_batch=4,data=2", 8, p -> assertThat(p.microBatch()).isEqualTo(8)),
          new Case("micro_batch=5", 4, p -> eachStage(p, s -> replicaBatchIs(p, s, 5))),
          new Case("schedule=gpipe,stages=2", 4, p -> scheduleIs(p, ScheduleKind.GPIPE, 1)),
          new Case(
              "schedule=1f1b,stages=2",
              4,
              p -> scheduleIs(p, ScheduleKind.ONE_FORWARD_ONE_BACKWARD, 1)),
          new Case(
              "schedule=interleaved,virtual_stages=3,stages=2,micro_batch=1",
              4,
              ForcedPlansTest::threeRanges),
          new Case(
              "virtual_stages=2,stages=3,tensor=1,data=2,micro_batch=1",
              6,
              p -> scheduleIs(p, ScheduleKind.INTERLEAVED, 2)),
          new Case("recompute=none", 4, p -> recomputeIs(p, 6, 0, 0)),
          new Case("recompute=selective", 4, p -> recomputeIs(p, 0, 6, 0)),
          new Case("recompute=full", 4, p -> recomputeIs(p, 0, 0, 6)),
          new Case("zero=0", 8, p -> eachStage(p, s -> zeroIs(s, 0))),
          new Case("zero=1,data=8", 8, p -> eachStage(p, s -> zeroIs(s, 1))),
          new Case("zero=2,data=4", 8, p -> eachStage(p, s -> zeroIs(s, 2))),
          new Case("zero=3", 8, p -> eachStage(p, s -> zeroIs(s, 3))),
          new Case("zero=3", 1, p -> eachStage(p, s -> zeroIs(s, 3))),
          new Case("zero=3,zero_group=4,data=8", 8, p -> eachStage(p, s -> zeroIs(s, 3))),
          new Case(
              "overlap_gradients=false",
              8,
              p -> assertThat(p.execution().overlapGradients()).isFalse()),
          new Case("fp32_gradients=true", 4, ForcedPlansTest::gradientsAreWide),
          new Case(
              "attention=unfused",
              4,
              p -> assertThat(p.execution().attention()).isEqualTo("unfused")),
          new Case(
              "attention=flash", 4, p -> assertThat(p.execution().attention()).isEqualTo("flash")),
          new Case(
              "software=megatron-2021",
              4,
              p -> assertThat(p.execution().software()).isEqualTo("megatron-2021")),
          new Case("layers=3/2/1", 3, p -> assertThat(layers(p)).containsExactly(3, 2, 1)),
          new Case("layers=1/5", 8, p -> assertThat(layers(p)).containsExactly(1, 5)),
          new Case("widths=4/2/2", 8, p -> assertThat(widths(p)).containsExactly(4, 2, 2)),
          new Case("widths=1/3", 4, p -> assertThat(widths(p)).containsExactly(1, 3)),
          new Case("widths=1/3,layers=5/1", 4, ForcedPlansTest::oneAndThree),
          new Case("mesh=2x2/1x4", 8, p -> assertThat(meshes(p)).containsExactly("2x2", "1x4")),
          new Case(
              "mesh=4x1/1x2/2x1,layers=2/2/2",
              8,
              p -> assertThat(meshes(p)).containsExactly("4x1", "1x2", "2x1")),
          new Case(
              "mesh=1x2/2x1,layers=4/2,micro_batch=1",
              4,
              p -> assertThat(meshes(p)).containsExactly("1x2", "2x1")),
          new Case(
              "mesh=2x2/2x2,micro_batch=2,recompute=full,zero=1",
              8,
              p -> {
                shapeIs(p, 2, 2, 2);
                assertThat(p.microBatch()).isEqualTo(4);
                recomputeIs(p, 0, 0, 6);
              }));

  @TestFactory
  List<DynamicTest> everyKeyIsHonoured() {
    return CASES.stream()
        .map(c ->
            DynamicTest.dynamicTest(
                c.force() + " on " + c.devices(),
                () -> {
                  Plan plan = Planning.plan(GPT, c.devices(), 64, c.force());
                  assertThat(PlanVerifier.verify(plan)).isEmpty();
                  c.expected().accept(plan);
                }))
        .toList();
  }

  @Test
  void withoutSequenceParallelismNothingBetweenProductsIsSplit() {
    Plan plan = Planning.plan(GPT, 4, 64, "tensor=4,data=1,stages=1,sequence_parallel=false");
    PlanTensor norm = activation(plan, "decoder.0.h");
    assertThat(norm.sharding()).allSatisfy(axes -> assertThat(axes).doesNotContain("tensor"));
    Plan split = Planning.plan(GPT, 4, 64, "tensor=4,data=1,stages=1,sequence_parallel=true");
    assertThat(activation(split, "x0").sharding().get(1)).containsExactly("tensor");
  }

  private static PlanTensor activation(Plan plan, String name) {
    return plan.tensors().stream()
        .filter(t -> t.kind() == TensorKind.ACTIVATION && t.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new AssertionError(
                name + " is none of " + plan.tensors().stream().map(PlanTensor::name).toList()));
  }

  private static void eachStage(Plan plan, Consumer<StagePlan> check) {
    assertThat(plan.stages()).isNotEmpty().allSatisfy(check);
  }

  private static void tensorIs(StagePlan stage, int size) {
    assertThat(stage.axisSize("tensor")).isEqualTo(size);
  }

  private static void dataIs(StagePlan stage, int size) {
    assertThat(stage.axisSize("data")).isEqualTo(size);
  }

  private static void zeroIs(StagePlan stage, int zero) {
    assertThat(stage.zero()).isEqualTo(zero);
  }

  private static void shapeIs(Plan plan, int tensor, int data, int stages) {
    assertThat(plan.stages()).hasSize(stages);
    eachStage(plan, s -> tensorIs(s, tensor));
    eachStage(plan, s -> dataIs(s, data));
  }

  private static void replicaBatchIs(Plan plan, StagePlan stage, long size) {
    assertThat(plan.microBatch()).isEqualTo(size * stage.axisSize("data"));
  }

  private static void scheduleIs(Plan plan, ScheduleKind kind, int virtualStages) {
    assertThat(plan.schedule().kind()).isEqualTo(kind);
    assertThat(plan.schedule().virtualStages()).isEqualTo(virtualStages);
    eachStage(plan, s -> assertThat(s.layers()).hasSize(virtualStages));
  }

  private static void threeRanges(Plan plan) {
    scheduleIs(plan, ScheduleKind.INTERLEAVED, 3);
    assertThat(plan.stages()).hasSize(2);
    eachStage(plan, s -> replicaBatchIs(plan, s, 1));
  }

  private static void recomputeIs(Plan plan, int none, int selective, int full) {
    assertThat(plan.stages().stream().mapToInt(s -> s.recompute().none()).sum()).isEqualTo(none);
    assertThat(plan.stages().stream().mapToInt(s -> s.recompute().selective()).sum())
        .isEqualTo(selective);
    assertThat(plan.stages().stream().mapToInt(s -> s.recompute().full()).sum()).isEqualTo(full);
  }

  private static void gradientsAreWide(Plan plan) {
    assertThat(plan.execution().fp32Gradients()).isTrue();
    assertThat(plan.tensors())
        .filteredOn(t -> t.kind() == TensorKind.GRADIENT)
        .isNotEmpty()
        .allSatisfy(t -> assertThat(t.dtype()).isEqualTo(Dtype.FP32));
  }

  private static void oneAndThree(Plan plan) {
    assertThat(widths(plan)).containsExactly(1, 3);
    assertThat(layers(plan)).containsExactly(5, 1);
  }

  private static List<Integer> layers(Plan plan) {
    return plan.stages().stream().map(StagePlan::layerCount).toList();
  }

  private static List<Integer> widths(Plan plan) {
    return plan.stages().stream().map(s -> s.devices().size()).toList();
  }

  private static List<String> meshes(Plan plan) {
    return plan.stages().stream()
        .map(s -> s.axisSize("data") + "x" + s.axisSize("tensor"))
        .toList();
  }
}
