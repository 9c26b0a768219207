package autopar.runtime.mpi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the operating system says about a process; of its state only Linux does. */
final class OsProcess {

  private OsProcess() {}

  /** Whether {@code pid} runs or could run again; one that only waits to be collected does not. */
  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)
        && state(pid).map(state -> state != 'Z' && state != 'X').orElse(true);
  }

  /** Whether a signal stopped {@code pid}. */
  static boolean isStopped(long pid) {
    return state(pid).map(state -> state == 'T' || state == 't').orElse(false);
  }

  /** Processor time that {@code pid} has used, zero where unknown. */
  static Duration processorTime(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /** The letter after the command's name in parentheses (proc(5)). */
  private static Optional<Character> state(long pid) {
    try {
      String stat =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      int name = stat.lastIndexOf(')');
      return name < 0 || name + 2 >= stat.length()
          ? Optional.empty()
          : Optional.of(stat.charAt(name + 2));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}
