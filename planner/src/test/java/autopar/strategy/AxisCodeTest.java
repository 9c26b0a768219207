package autopar.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisCodeTest {

  @Test
  void holdsThreeAxesApart() {
    int code = AxisCode.ALL_REPLICATED;
    code = AxisCode.with(code, 0, 2);
    code = AxisCode.with(code, 2, AxisCode.PARTIAL);
    assertThat(AxisCode.at(code, 0)).isEqualTo(2);
    assertThat(AxisCode.at(code, 1)).isEqualTo(AxisCode.REPLICATED);
    assertThat(AxisCode.at(code, 2)).isEqualTo(AxisCode.PARTIAL);
    assertThat(AxisCode.splits(code, 0)).isTrue();
    assertThat(AxisCode.splits(code, 1)).isFalse();
    assertThat(AxisCode.splits(code, 2)).isFalse();
    assertThat(AxisCode.with(code, 0, AxisCode.REPLICATED)).isEqualTo(0xEFF);
  }

  @Test
  void knowsShardsAndWhatIsStillASum() {
    int code = AxisCode.with(AxisCode.with(AxisCode.ALL_REPLICATED, 0, 1), 1, AxisCode.PARTIAL);
    int[] sizes = {3, 4, 5};
    assertThat(AxisCode.shards(code, sizes)).isEqualTo(3);
    assertThat(AxisCode.shards(AxisCode.with(code, 2, 1), sizes)).isEqualTo(15);
    assertThat(AxisCode.shards(AxisCode.ALL_REPLICATED, sizes)).isEqualTo(1);
    assertThat(AxisCode.partialAxes(code)).isEqualTo(0b010);
    assertThat(AxisCode.partialAxes(AxisCode.complete(code))).isZero();
    assertThat(AxisCode.at(AxisCode.complete(code), 1)).isEqualTo(AxisCode.REPLICATED);
    assertThat(AxisCode.at(AxisCode.complete(code), 0)).isEqualTo(1);
  }

  @Test
  void namesAxesPerDimensionInMeshOrder() {
    int code = AxisCode.with(AxisCode.with(AxisCode.ALL_REPLICATED, 1, 2), 0, 2);
    assertThat(AxisCode.dims(code, 3, List.of("data", "tensor")))
        .containsExactly(List.of(), List.of(), List.of("data", "tensor"));
  }
}
