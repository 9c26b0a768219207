package autopar.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.planner.Forced.MeshShape;
import autopar.schedule.ScheduleKind;
import autopar.training.RecomputeMode;
import org.junit.jupiter.api.Test;

class ForceParserTest {

  @Test
  void readsEveryKey() {
    Forced forced =
        ForceParser.parse(
            "tensor=8,data=2,stages=3,micro_batch=4,schedule=interleaved,virtual_stages=2,"
                + "recompute=selective,zero=1,zero_group=16,sequence_parallel=true,"
                + "overlap_gradients=false,fp32_gradients=true,attention=unfused,"
                + "software=megatron-2022,layers=22/21/21,widths=16/16/16,mesh=2x8/2x8/4x4");
    assertThat(forced.tensor()).hasValue(8);
    assertThat(forced.data()).hasValue(2);
    assertThat(forced.stages()).hasValue(3);
    assertThat(forced.microBatch()).hasValue(4);
    assertThat(forced.schedule()).contains(ScheduleKind.INTERLEAVED);
    assertThat(forced.virtualStages()).hasValue(2);
    assertThat(forced.recompute()).contains(RecomputeMode.SELECTIVE);
    assertThat(forced.zero()).hasValue(1);
    assertThat(forced.zeroGroup()).hasValue(16);
    assertThat(forced.sequenceParallel()).contains(true);
    assertThat(forced.overlapGradients()).contains(false);
    assertThat(forced.fp32Gradients()).contains(true);
    assertThat(forced.attention()).contains(AttentionKind.UNFUSED);
    assertThat(forced.software()).contains("megatron-2022");
    assertThat(forced.layers()).containsExactly(22, 21, 21);
    assertThat(forced.widths()).containsExactly(16, 16, 16);
    assertThat(forced.meshes())
        .containsExactly(new MeshShape(2, 8), new MeshShape(2, 8), new MeshShape(4, 4));
    assertThat(forced.stageCount()).hasValue(3);
  }

  @Test
  void leavesTheRestFree() {
    assertThat(ForceParser.parse("")).isEqualTo(Forced.NOTHING);
    assertThat(Forced.NOTHING.stageCount()).isEmpty();
    assertThat(ForceParser.parse("layers=3/4").stageCount()).hasValue(2);
    assertThat(ForceParser.parse(" tensor = 2 , zero=0 ").tensor()).hasValue(2);
  }

  @Test
  void pointsAtWhatIsWrong() {
    Diagnostic unknown = onlyProblem("tensor=8,stage=3");
    assertThat(unknown.message()).isEqualTo("unknown key 'stage'");
    assertThat(unknown.hint()).contains("did you mean 'stages'?");
    assertThat(unknown.span().text()).isEqualTo("stage");
    assertThat(unknown.span().column()).isEqualTo(10);

    assertThat(onlyProblem("tensor=eight").span().text()).isEqualTo("eight");
    assertThat(onlyProblem("tensor=0").message()).contains("at least 1");
    assertThat(onlyProblem("zero=4").message()).contains("0 to 3");
    assertThat(onlyProblem("schedule=2f2b").message()).contains("gpipe, 1f1b, interleaved");
    assertThat(onlyProblem("recompute=some").message()).contains("none, selective, full");
    assertThat(onlyProblem("sequence_parallel=maybe").message()).contains("true or false");
    assertThat(onlyProblem("software=abacus").message()).contains("abacus", "megatron-2022");
    assertThat(onlyProblem("tensor").message()).contains("no value");
    assertThat(onlyProblem("tensor=1,tensor=2").message()).contains("twice");
    assertThat(onlyProblem("layers=22/x").message()).contains("22/21/21");
    assertThat(onlyProblem("mesh=8").message()).contains("2x4/1x8");
    assertThat(onlyProblem("mesh=99999x99999").message()).contains("mesh");
    assertThat(onlyProblem("tensor=8,,data=1").message()).contains("no value");
  }

  @Test
  void findsContradictions() {
    assertThat(onlyProblem("stages=2,layers=1/2/3").message()).contains("3 stages, not 2");
    assertThat(onlyProblem("layers=1/2,widths=4/4/4").message()).contains("3 stages, not 2");
    assertThat(onlyProblem("schedule=1f1b,virtual_stages=2").message()).contains("interleaved");
    assertThat(onlyProblem("widths=8/8,mesh=2x4/1x4").message()).contains("stage 1");
  }

  @Test
  void reportsEverythingAtOnce() {
    assertThatThrownBy(() -> ForceParser.parse("tensor=x,foo=1,zero=9"))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.diagnostics()).hasSize(3));
  }

  private static Diagnostic onlyProblem(String text) {
    try {
      ForceParser.parse(text);
    } catch (InvalidInput e) {
      assertThat(e.diagnostics()).hasSize(1);
      return e.diagnostics().getFirst();
    }
    throw new AssertionError("accepted: " + text);
  }
}
