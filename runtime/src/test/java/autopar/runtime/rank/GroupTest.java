package autopar.runtime.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GroupTest {

  @Test
  void ranksHaveTheirPlaceInTheGroup() {
    Group group = new Group(List.of(1, 4, 7));
    assertThat(group.indexOf(1)).isZero();
    assertThat(group.indexOf(7)).isEqualTo(2);
    assertThat(group.indexOf(0)).isEqualTo(-1);
    assertThat(group.indexOf(5)).isEqualTo(-1);
  }

  @Test
  void ranksAscend() {
    assertThatThrownBy(() -> new Group(List.of(1, 1))).hasMessageContaining("[1, 1]");
    assertThatThrownBy(() -> new Group(List.of(2, 1))).hasMessageContaining("[2, 1]");
    assertThatThrownBy(() -> new Group(List.of(-1, 1))).hasMessageContaining("[-1, 1]");
    assertThatThrownBy(() -> new Group(List.of())).hasMessageContaining("without ranks");
  }
}
