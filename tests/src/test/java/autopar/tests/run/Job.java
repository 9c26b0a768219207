package autopar.tests.run;

import autopar.cli.Autopar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code autopar run --backend mpi} as a process, with all that belongs to it; needs Linux. */
final class Job {
  private static final Path PROCESSES = Path.of("/proc");

  private final Process launcher;
  private final Path folder;

  private Job(Process launcher, Path folder) {
    this.launcher = launcher;
    this.folder = folder;
  }

  /** What a job that ended left. */
  record Outcome(int exitCode, String out, String err) {}

  /** Whether this system tells of processes what is asked here. */
  static boolean isObservable() {
    return Files.isReadable(PROCESSES.resolve("self/environ"));
  }

  /**
   * Starts {@code autopar} with these arguments.
   *
   * @param folder of this job alone, gets its output and temporary files; a process is known to be
   *     of the job because an argument of it names the folder
   */
  static Job start(Path folder, List<String> arguments) throws IOException {
    Files.createDirectories(folder);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector",
            // Small and quick to start, as there are many.
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            Autopar.class.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    return new Job(process, folder);
  }

  boolean isAlive() {
    return launcher.isAlive();
  }

  /** Waits for the end, a minute at most. */
  Outcome await() throws IOException, InterruptedException {
    if (!launcher.waitFor(1, TimeUnit.MINUTES)) {
      killAll();
      throw new IllegalStateException("the run does not end: " + err());
    }
    return new Outcome(launcher.exitValue(), Files.readString(folder.resolve("out")), err());
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  /** The process that is {@code rank}, if it runs. */
  Optional<ProcessHandle> rank(int rank) {
    return launcher
        .descendants()
        .filter(p -> words(p.pid(), "environ").contains("OMPI_COMM_WORLD_RANK=" + rank))
        .findFirst();
  }

  /** SIGKILL to the command, to mpirun and to every rank. */
  void killAll() {
    List<ProcessHandle> below = launcher.descendants().toList();
    launcher.destroyForcibly();
    below.forEach(ProcessHandle::destroyForcibly);
  }

  /** Processes of the job that still run after {@code patience}. */
  List<Long> left(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    List<Long> left = processes();
    while (!left.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(20);
      left = processes();
    }
    return left;
  }

  private List<Long> processes() {
    // A process that waits to be collected has no words any more.
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> words(pid, "cmdline").stream().anyMatch(w -> w.contains(folder.toString())))
        .toList();
  }

  /** A file of words that end in 0 (proc(5)); none of a process that is gone or another user's. */
  private static List<String> words(long pid, String file) {
    try {
      Path path = PROCESSES.resolve(Long.toString(pid)).resolve(file);
      return List.of(Files.readString(path, StandardCharsets.ISO_8859_1).split("\0", -1));
    } catch (IOException gone) {
      return List.of();
    }
  }

  /** Names in a folder of checkpoints, none where it is not there yet. */
  static List<String> entries(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException notThere) {
      return List.of();
    }
  }
}
