package autopar.solver.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import autopar.solver.RandomProblems;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContestReaderTest {
  private static final String EXAMPLE =
      """
      {"problem": {"name": "example",
        "nodes": {
          "intervals": [[30, 70], [40, 70], [50, 120], [110, 140], [110, 150]],
          "costs": [[15], [55, 65], [25, 45, 35], [85, 75], [95]],
          "usages": [[10], [25, 25], [15, 20, 15], [10, 10], [15]]},
        "edges": {
          "nodes": [[0, 1], [0, 2], [1, 3], [2, 4], [3, 4]],
          "costs": [[30, 40], [50, 10, 40], [90, 10, 20, 80], [60, 20, 30], [70, 60]]},
        "usage_limit": 50}}
      """;

  private static IntraOpProblem read(String json) throws IOException {
    return ContestReader.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void theExampleOfTheContestCosts445() throws IOException {
    IntraOpProblem problem = read(EXAMPLE);
    assertThat(problem.nodeCount()).isEqualTo(5);
    assertThat(problem.usageLimit()).hasValue(50);
    assertThat(RandomProblems.bruteForce(problem)).isEqualTo(445);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [30, 70] | [30]      | 3 | has 1 numbers, expected 2
          [55, 65] | [55, "a"] | 4 | expected a whole number in 'costs'
          [55, 65] | [55, -1]  | 4 | is negative
          [10, 10] | [10.5, 1] | 5 | expected a whole number
          }}       | }         | 9 | not JSON
          """)
  void aFaultIsNamedWithItsLine(String right, String wrong, int line, String message) {
    assertThatThrownBy(() -> read(EXAMPLE.replace(right, wrong)))
        .isInstanceOfSatisfying(
            BadInstance.class,
            bad -> {
              assertThat(bad).hasMessageContaining(message);
              assertThat(bad.line()).isBetween(line, line + 1);
            });
  }

  @Test
  void partsThatDoNotFitTogetherAreNamed() {
    assertThatThrownBy(() -> read(EXAMPLE.replace("[70, 60]", "[70]")))
        .isInstanceOf(BadInstance.class)
        .hasMessageContaining("edge 4");
    assertThatThrownBy(() -> read(EXAMPLE.replace("[3, 4]", "[3, 9]")))
        .isInstanceOf(BadInstance.class)
        .hasMessageContaining("unknown node");
    assertThatThrownBy(() -> read("{}")).isInstanceOf(BadInstance.class);
  }

  @Test
  void solutionsHoldNoContradiction() {
    assertThatThrownBy(() -> new IntraOpSolution.Solved(new int[0], 3, 4, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
