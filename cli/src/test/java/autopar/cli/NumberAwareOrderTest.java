package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumberAwareOrderTest {
  @Test
  void ordersFamiliesBySize() {
    List<String> names =
        new ArrayList<>(
            List.of("opt-66b", "opt-13b", "opt-125m", "gpt", "opt-6.7b", "t5-small", "opt-1.3b"));
    names.sort(NumberAwareOrder.INSTANCE);
    assertThat(names)
        .containsExactly(
            "gpt", "opt-125m", "opt-1.3b", "opt-6.7b", "opt-13b", "opt-66b", "t5-small");
  }
}
