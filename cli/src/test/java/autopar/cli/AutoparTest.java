package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class AutoparTest {
  @Command(name = "fail")
  private record Failing(Throwable failure) implements Runnable {
    @Override
    public void run() {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    }
  }

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsItsVersion() {
    assertThat(run(Autopar.commandLine(), false, "--version")).isEqualTo(ExitCodes.DONE);
    assertThat(out.toString()).startsWith("autopar 0.");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aMissingCommandIsWrongInput() {
    assertThat(run(Autopar.commandLine(), false)).isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(err.toString()).contains("Missing command", "Usage: autopar");
  }

  @Test
  void anUnknownCommandIsWrongInput() {
    assertThat(run(Autopar.commandLine(), false, "conquer")).isEqualTo(ExitCodes.INPUT_IS_WRONG);
    assertThat(err.toString()).contains("conquer");
  }

  @Test
  void anExceptionIsOurBugAndIsToldInShort() {
    CommandLine command = failingWith(new IllegalStateException("lost a stage"));

    assertThat(run(command, false, "fail")).isEqualTo(ExitCodes.OUR_BUG);
    assertThat(err.toString()).contains("lost a stage", "AUTOPAR_DEBUG=1").doesNotContain("\tat ");
  }

  @Test
  void anErrorIsOurBugToo() {
    CommandLine command = failingWith(new OutOfMemoryError("Java heap space"));

    assertThat(run(command, false, "fail")).isEqualTo(ExitCodes.OUR_BUG);
    assertThat(err.toString()).contains("AUTOPAR_OPTS=-Xmx");
  }

  @Test
  void debuggingShowsTheStackTrace() {
    CommandLine command = failingWith(new IllegalStateException("lost a stage"));

    assertThat(run(command, true, "fail")).isEqualTo(ExitCodes.OUR_BUG);
    assertThat(err.toString()).contains("\tat autopar.cli.");
  }

  private static CommandLine failingWith(Throwable failure) {
    return Autopar.commandLine().addSubcommand(new Failing(failure));
  }

  private int run(CommandLine command, boolean debug, String... arguments) {
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return Autopar.execute(arguments, command, debug);
  }
}
