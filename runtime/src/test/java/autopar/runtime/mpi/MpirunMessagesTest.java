package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Texts as Open MPI 4.1.4 writes them. */
final class MpirunMessagesTest {

  private static final String RULE = "-".repeat(74) + "\n";

  private final ByteArrayOutputStream ranks = new ByteArrayOutputStream();

  @Test
  void theSignalThatEndedARankIsFound() throws IOException {
    MpirunMessages messages =
        read(
            "a rank says this\n"
                + RULE
                + "mpirun noticed that process rank 3 with PID 0 on node vm exited on signal 9"
                + " (Killed).\n"
                + RULE
                + "and this\n");
    assertThat(messages.signalOf(3)).hasValue(9);
    assertThat(messages.signalOf(0)).isEmpty();
    assertThat(messages.exitCodeOf(3)).isEmpty();
    assertThat(ranks.toString(StandardCharsets.UTF_8)).isEqualTo("a rank says this\nand this\n");
  }

  @Test
  void theExitCodeOfARankIsFound() throws IOException {
    MpirunMessages messages =
        read(
            RULE
                + "mpirun detected that one or more processes exited with non-zero status, thus"
                + " causing\nthe job to be terminated. The first process to do so was:\n\n"
                + "  Process name: [[57013,1],12]\n  Exit code:    5\n"
                + RULE);
    assertThat(messages.exitCodeOf(12)).hasValue(5);
    assertThat(messages.exitCodeOf(2)).isEmpty();
    assertThat(messages.text()).contains("first process to do so was: Process name:");
    assertThat(ranks.size()).isZero();
  }

  private MpirunMessages read(String text) throws IOException {
    MpirunMessages messages = new MpirunMessages();
    messages.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), ranks);
    return messages;
  }
}
