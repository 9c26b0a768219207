package autopar.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShardingNotationTest {
  @Test
  void namesAxesBesideTheirDimension() {
    assertThat(
            ShardingNotation.of(
                Dtype.BF16,
                List.of(9216L, 72L, 128L),
                List.of(List.of(), List.of("tensor"), List.of()),
                List.of()))
        .isEqualTo("bf16[9216, 72@tensor, 128]");
    assertThat(
            ShardingNotation.of(
                Dtype.FP32, List.of(8L), List.of(List.of("data", "depth")), List.of("tensor")))
        .isEqualTo("fp32[8@data.depth] partial@tensor");
    assertThat(ShardingNotation.of(Dtype.FP32, List.of(), List.of(), List.of()))
        .isEqualTo("fp32[]");
  }

  @Test
  void namesMeshAxesWithTheirSize() {
    assertThat(ShardingNotation.of(List.of(new MeshAxis("data", 2), new MeshAxis("tensor", 4))))
        .isEqualTo("data=2 x tensor=4");
  }
}
