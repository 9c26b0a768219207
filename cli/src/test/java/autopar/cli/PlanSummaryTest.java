package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.diagnostics.SourceFile;
import autopar.plan.Plan;
import autopar.plan.PlanJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class PlanSummaryTest {
  private static final Terminal PIPE = new Terminal(false, Ansi.OFF, Terminal.DEFAULT_COLUMNS);

  static String json() {
    try (InputStream in = PlanSummaryTest.class.getResourceAsStream("tiny-plan.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Plan plan(String text) {
    return PlanJson.read(new SourceFile("plan.json", text));
  }

  @Test
  void tellsLayoutMemoryAndFigures() {
    String summary = PlanSummary.of(plan(json()), PIPE);
    assertThat(summary)
        .contains("tiny (168 parameters, 4 layers) on 5 x A800-SXM4-80GB (a800, 1 x 8)")
        .contains("4 micro-batches of 4, schedule 1f1b")
        .containsPattern("step +2\\.000 s +MFU +0\\.9 % +bubble +20\\.0 %")
        .containsPattern("bound +1\\.500 s +gap +25\\.0 %")
        .containsPattern("0 +0-1 \\(2\\) +0-1 +tensor=2 +1 +1 full +\\[#{5}\\.{15}] 2\\.3 KiB")
        .contains("idle: 4")
        .contains("runner-up: 4 stages of 1, 2.500 s (+25.0 %): bubble of 0.4 s");
  }

  @Test
  void fitsAHundredColumns() {
    String words = "a layout with a very long description ".repeat(9).strip();
    String crowded =
        json()
            .replace("4 stages of 1", words)
            .replace("bubble of 0.4 s", words)
            .replace("\"notes\": []", "\"notes\": [\"" + words + "\", \"" + "x".repeat(150) + "\"]")
            .replace("\"name\": \"tiny\"", "\"name\": \"" + "long_name_".repeat(12) + "\"")
            .replace("slowest stage at its cheapest", words)
            .replace(
                "\"recompute\": {\"none\": 1, \"selective\": 0",
                "\"recompute\": {\"none\": 1, \"selective\": 1000")
            .replace("\"none\", \"parameters\": \"none\"", "\"cpu\", \"parameters\": \"nvme\"");
    assertThat(PlanSummary.of(plan(crowded), PIPE).lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(PIPE.columns()));
  }

  @Test
  void shortensLongLists() {
    String json = json();
    int start = json.indexOf("    {\"index\": 1");
    int end = json.indexOf('\n', start);
    String stage = json.substring(start, end);
    StringBuilder many = new StringBuilder(stage);
    for (int i = 2; i < 100; i++) {
      many.append(",\n").append(stage.replace("\"index\": 1", "\"index\": " + i));
    }
    String summary = PlanSummary.of(plan(json.replace(stage, many)), PIPE);
    assertThat(summary).contains("... and 69 more stages");
    assertThat(summary.lines().count()).isLessThan(60);
  }
}
