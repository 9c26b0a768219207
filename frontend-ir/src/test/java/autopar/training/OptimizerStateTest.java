package autopar.training;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.type.Precision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OptimizerStateTest {

  @Test
  void mixedPrecisionAdamTakesSixteenBytesPerParameter() {
    OptimizerState state = OptimizerState.of(Optimizer.ADAMW, Precision.BF16, false);
    assertThat(total(state, Precision.BF16)).isEqualTo(16);
    assertThat(state.tensors().stream().map(OptimizerState.StateTensor::name))
        .containsExactly("master", "exp_avg", "exp_avg_sq");
  }

  @Test
  void fp32GradientsAddTwo() {
    assertThat(total(OptimizerState.of(Optimizer.ADAMW, Precision.FP16, true), Precision.FP16))
        .isEqualTo(18);
  }

  @Test
  void fp32NeedsNoMasterCopy() {
    assertThat(total(OptimizerState.of(Optimizer.ADAMW, Precision.FP32, false), Precision.FP32))
        .isEqualTo(16);
  }

  @Test
  void sgdKeepsMomentum() {
    OptimizerState state = OptimizerState.of(Optimizer.SGD, Precision.BF16, false);
    assertThat(state.fullBytesPerElement()).isEqualTo(8);
  }

  @Test
  void adafactorKeepsRowsAndColumns() {
    OptimizerState state = OptimizerState.of(Optimizer.ADAFACTOR, Precision.BF16, false);
    assertThat(state.fullBytesPerElement()).isEqualTo(4);
    OptimizerState.StateTensor rows = state.tensors().get(1);
    OptimizerState.StateTensor columns = state.tensors().get(2);
    assertThat(rows.dims(3)).contains(List.of(0, 1));
    assertThat(columns.dims(3)).contains(List.of(0, 2));
    assertThat(rows.dims(1)).contains(List.of(0));
    assertThat(columns.dims(1)).isEqualTo(Optional.empty());
  }

  private static int total(OptimizerState state, Precision precision) {
    return precision.bytes() + state.gradientBytes() + state.fullBytesPerElement();
  }
}
