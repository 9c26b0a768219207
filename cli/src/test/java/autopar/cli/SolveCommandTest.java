package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SolveCommandTest {
  private static final String PROBLEM =
      """
      {"problem": {"name": "two",
        "nodes": {"intervals": [[0, 2], [1, 3]], "costs": [[5, 1], [4, 2]],
          "usages": [[1, 6], [1, 6]]},
        "edges": {"nodes": [[0, 1]], "costs": [[0, 9, 9, 0]]},
        "usage_limit": LIMIT}}
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int solve(String problem, String... more) throws IOException {
    Path file = folder.resolve("instance.json");
    Files.writeString(file, problem);
    String[] arguments = new String[more.length + 2];
    arguments[0] = "solve";
    arguments[1] = file.toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return Autopar.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void theLimitIsRespectedAndTheOptimumProved() throws IOException {
    Path choice = folder.resolve("choice.json");
    Path bound = folder.resolve("bound.json");
    int code =
        solve(
            PROBLEM.replace("LIMIT", "7"),
            "--format=json",
            "--time-limit=5",
            "-o",
            choice.toString(),
            "--certificate",
            bound.toString());
    assertThat(code).isEqualTo(ExitCodes.DONE);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("cost").asLong()).isEqualTo(9);
    assertThat(json.get("lower_bound").asLong()).isEqualTo(9);
    assertThat(json.get("optimal").asBoolean()).isTrue();
    assertThat(json.get("solution").toString()).isEqualTo("[0,0]");
    assertThat(Files.readString(choice).strip()).isEqualTo("[0, 0]");
    assertThat(err.toString()).contains("certificate: no choice costs less than 9");
    assertThat(solve(PROBLEM.replace("LIMIT", "7"), "--check", bound.toString()))
        .isEqualTo(ExitCodes.DONE);
    assertThat(out.toString()).contains("proved: no choice costs less than 9");
    assertThat(solve(PROBLEM.replace("LIMIT", "12"), "--check", bound.toString()))
        .isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(err.toString()).contains("AP0651", "the proof does not hold");
  }

  @Test
  void thatNothingFitsIsCertifiedToo() throws IOException {
    Path proof = folder.resolve("proof.json.gz");
    assertThat(solve(PROBLEM.replace("LIMIT", "1"), "--certificate", proof.toString()))
        .isEqualTo(ExitCodes.NO_PLAN_FITS);
    assertThat(err.toString()).contains("certificate: no choice is allowed and fits");
    assertThat(solve(PROBLEM.replace("LIMIT", "1"), "--check", proof.toString()))
        .isEqualTo(ExitCodes.DONE);
    Files.writeString(folder.resolve("broken.json"), "{\"format\": \"other\"}");
    String broken = folder.resolve("broken.json").toString();
    assertThat(solve(PROBLEM.replace("LIMIT", "1"), "--check", broken))
        .isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(err.toString()).contains("AP0651", "the file is no proof");
  }

  @Test
  void noChoiceThatFitsIsExitCodeTwoAndNamesTheTime() throws IOException {
    assertThat(solve(PROBLEM.replace("LIMIT", "1"), "--format=json"))
        .isEqualTo(ExitCodes.NO_PLAN_FITS);
    assertThat(err.toString()).contains("infeasible", "time 1");
    assertThat(new ObjectMapper().readTree(out.toString()).get("cost").isNull()).isTrue();
  }

  @Test
  void aBadFileIsNamedWithItsPlace() throws IOException {
    assertThat(solve(PROBLEM.replace("LIMIT", "true"))).isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(err.toString()).contains("instance.json:5:", "AP0650", "usage_limit");
  }

  @Test
  void aMissingFileIsAFailureOfTheWorld() {
    int code =
        Autopar.run(
            new PrintWriter(out, true), new PrintWriter(err, true), "solve", "no/such.json");
    assertThat(code).isEqualTo(ExitCodes.WORLD_FAILED);
  }
}
