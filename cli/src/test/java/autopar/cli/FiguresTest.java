package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void secondsChooseTheirUnit() {
    assertThat(Figures.seconds(85.314)).isEqualTo("85.31 s");
    assertThat(Figures.seconds(1234.5)).isEqualTo("1235 s");
    assertThat(Figures.seconds(0.0123)).isEqualTo("12.30 ms");
    assertThat(Figures.seconds(4.5e-6)).isEqualTo("4.500 us");
    assertThat(Figures.seconds(0)).isEqualTo("0 s");
  }

  @Test
  void countsAreRoundedToThreeDigits() {
    assertThat(Figures.count(65_719_701_504L)).isEqualTo("65.7 B");
    assertThat(Figures.count(174_604_259_328L)).isEqualTo("175 B");
    assertThat(Figures.count(125_239_296)).isEqualTo("125 M");
    assertThat(Figures.count(4096)).isEqualTo("4,096");
  }

  @Test
  void rates() {
    assertThat(Figures.rate(24567.4)).isEqualTo("24,567");
    assertThat(Figures.rate(12.039)).isEqualTo("12.04");
    assertThat(Figures.percent(0.4817)).isEqualTo("48.2 %");
  }

  @Test
  void runsOfRanksAreJoined() {
    assertThat(Figures.ranges(List.of(0, 1, 2, 3, 8, 10, 11))).isEqualTo("0-3,8,10-11");
    assertThat(Figures.ranges(List.of())).isEmpty();
  }
}
