package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.diagnostics.SourceFile;
import autopar.plan.Plan;
import autopar.plan.PlanJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

final class StepStripTest {
  private static final Plan PLAN =
      PlanJson.read(new SourceFile("plan.json", PlanSummaryTest.json()));

  @Test
  void laterStagesWaitFirstAndEarlierOnesDrainLast() {
    List<String> lines = StepStrip.of(PLAN, new Terminal(false, Ansi.OFF, 80)).lines().toList();
    String first = lines.get(lines.size() - 2);
    String last = lines.getLast();
    assertThat(first).startsWith("  0 >").contains("=").contains("<");
    assertThat(last).startsWith("  1 .").contains("=");
    assertThat(last.lastIndexOf('=')).isLessThan(first.lastIndexOf('<'));
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void columnsAreProportionalToTime() {
    // Stage 1 begins when the first forward pass (0.12 s) and its message have arrived; the step
    // takes 2 s, so in strips of 196 columns that is after 12 of them.
    String last = StepStrip.of(PLAN, new Terminal(false, Ansi.OFF, 200)).lines().toList().getLast();
    int waits = last.indexOf('=') < 0 ? -1 : firstBusy(last.substring(4));
    assertThat(waits).isBetween(11, 13);
  }

  private static int firstBusy(String strip) {
    int i = 0;
    while (strip.charAt(i) == '.') {
      i++;
    }
    return i;
  }

  @Test
  void stylesOnlyWhereTheyAreShown() {
    assertThat(StepStrip.of(PLAN, new Terminal(true, Ansi.OFF, 80))).doesNotContain("\u001b");
    String styled = StepStrip.of(PLAN, new Terminal(true, Ansi.ON, 80));
    assertThat(styled).contains("\u001b[");
    assertThat(styled.replaceAll("\u001b\\[[0-9;]*m", ""))
        .isEqualTo(StepStrip.of(PLAN, new Terminal(true, Ansi.OFF, 80)));
  }
}
