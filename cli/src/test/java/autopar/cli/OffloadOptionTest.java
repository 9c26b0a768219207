package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.InvalidInput;
import autopar.plan.OffloadPlan;
import autopar.plan.OffloadTarget;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffloadOptionTest {
  @Test
  void namesStateAndWhereItGoes() {
    assertThat(OffloadOption.parse(null)).isEqualTo(OffloadPlan.NONE);
    assertThat(OffloadOption.parse(List.of("none"))).isEqualTo(OffloadPlan.NONE);
    assertThat(OffloadOption.parse(List.of("optimizer", "activations=none")))
        .isEqualTo(new OffloadPlan(OffloadTarget.CPU, OffloadTarget.NONE, OffloadTarget.NONE));
    assertThat(OffloadOption.parse(List.of("optimizer=cpu")).optimizer())
        .isEqualTo(OffloadTarget.CPU);
  }

  @Test
  void refusesOtherWords() {
    assertThatThrownBy(() -> OffloadOption.parse(List.of("weights")))
        .isInstanceOf(InvalidInput.class);
    assertThatThrownBy(() -> OffloadOption.parse(List.of("activations=nvme")))
        .isInstanceOf(InvalidInput.class);
  }
}
