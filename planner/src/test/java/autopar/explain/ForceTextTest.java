package autopar.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ForceTextTest {

  @Test
  void changesTakeTheirPlaceAndEndWhatContradictsThem() {
    ForceText own = ForceText.of("tensor=2, stages=3,layers=1/2/3,zero=1");
    assertThat(own.with(ForceText.of("zero=3")).text())
        .isEqualTo("tensor=2,stages=3,layers=1/2/3,zero=3");
    assertThat(own.with(ForceText.of("stages=2")).text()).isEqualTo("tensor=2,stages=2,zero=1");
    assertThat(own.with(ForceText.of("mesh=1x2/2x1")).text())
        .isEqualTo("layers=1/2/3,zero=1,mesh=1x2/2x1");
    assertThat(ForceText.of("").with(ForceText.of("tensor=4")).text()).isEqualTo("tensor=4");
  }

  @Test
  void keysAreDropped() {
    assertThat(ForceText.of("tensor=2,zero=1").without(List.of("tensor")).text())
        .isEqualTo("zero=1");
    assertThat(ForceText.of("").text()).isEmpty();
  }
}
