package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What every verb has in common. */
class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine command = Autopar.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return Autopar.execute(arguments, command, false);
  }

  @Test
  void everyVerbHelpsWithAnExample() {
    for (String verb : Autopar.commandLine().getSubcommands().keySet()) {
      assertThat(run(verb, "--help")).isEqualTo(ExitCodes.DONE);
      assertThat(out.toString()).as(verb).contains("Usage: autopar " + verb, "Example", "--help");
      assertThat(out.toString().lines())
          .as(verb)
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
      assertThat(err.toString()).isEmpty();
    }
  }

  @Test
  void aWrongFlagIsWrongInput() {
    assertThat(run("compile", "m.ir", "--devises", "4")).isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(err.toString()).contains("--devises");
    assertThat(run("compile", "m.ir")).isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(err.toString()).contains("--devices=N", "autopar compile --help");
    assertThat(run("compile", "m.ir", "--devices", "many")).isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(run("models", "--format", "xml")).isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(err.toString()).contains("expected one of text, json, not 'xml'");
    assertThat(run("clusters", "extra")).isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void anUnknownVerbGetsASuggestion() {
    assertThat(run("comple")).isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(err.toString()).contains("autopar compile");
  }

  @Test
  void aMissingFileIsAFailureOfTheWorld() {
    assertThat(run("check", "no/such/model.ir")).isEqualTo(ExitCodes.WORLD_FAILED);
    assertThat(err.toString()).contains("no/such/model.ir");
    assertThat(run("check", "no/such/plan.json")).isEqualTo(ExitCodes.WORLD_FAILED);
  }

  @Test
  void clustersAreListed() {
    assertThat(run("clusters")).isEqualTo(ExitCodes.DONE);
    assertThat(out.toString()).contains("a800", "(default)", "v100-16g");
    assertThat(run("clusters", "--format", "json")).isEqualTo(ExitCodes.DONE);
    assertThat(out.toString()).startsWith("{").contains("\"memory_bytes_per_device\"");
    assertThat(err.toString()).isEmpty();
  }
}
