package autopar.runtime.mpi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The errors of ranks and those of mpirun, which come through one stream: mpirun puts its own
 * between lines of dashes. Those of ranks are passed on, mpirun's are kept.
 */
final class MpirunMessages {

  private static final Pattern RULE = Pattern.compile("-{70,}");
  private static final Pattern KILLED =
      Pattern.compile("process rank (\\d+) with PID \\d+ on node \\S+ exited on signal (\\d+)");
  private static final Pattern ENDED =
      Pattern.compile("Process name: \\[\\[\\d+,\\d+\\],(\\d+)\\] Exit code: (\\d+)");

  private final StringBuilder said = new StringBuilder();

  /** Reads {@code from} to its end. */
  void read(InputStream from, OutputStream ranks) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
    boolean ofMpirun = false;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (RULE.matcher(line).matches()) {
        ofMpirun = !ofMpirun;
      } else if (ofMpirun) {
        add(line);
      } else {
        ranks.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        ranks.flush();
      }
    }
  }

  private synchronized void add(String line) {
    if (!line.isBlank()) {
      said.append(said.isEmpty() ? "" : " ").append(line.strip().replaceAll("\\s+", " "));
    }
  }

  /** All that mpirun said, in one line. */
  synchronized String text() {
    return said.toString();
  }

  /** The signal that ended {@code rank}, as far as mpirun saw it first. */
  OptionalInt signalOf(int rank) {
    return numberOf(KILLED, rank);
  }

  /** The exit code of {@code rank}, as far as mpirun saw it first. */
  OptionalInt exitCodeOf(int rank) {
    return numberOf(ENDED, rank);
  }

  private OptionalInt numberOf(Pattern sentence, int rank) {
    Matcher matcher = sentence.matcher(text());
    while (matcher.find()) {
      if (Integer.parseInt(matcher.group(1)) == rank) {
        return OptionalInt.of(Integer.parseInt(matcher.group(2)));
      }
    }
    return OptionalInt.empty();
  }
}
