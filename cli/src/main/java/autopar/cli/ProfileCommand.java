package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.runtime.kernel.MatrixProduct;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.mpi.MpiLauncher;
import autopar.runtime.mpi.OpenBlasProduct;
import autopar.runtime.mpi.RankProcess;
import autopar.runtime.profile.Accelerators;
import autopar.runtime.profile.CollectiveSweep;
import autopar.runtime.profile.CollectiveTime;
import autopar.runtime.profile.CpuProfile;
import autopar.runtime.profile.Machine;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code autopar profile}: this machine as a cluster file. */
@Command(
    name = "profile",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures this machine's CPU ranks and writes a cluster file that compile --cluster takes:",
      "matrix products, memory-bound kernels, attention, the optimizer step and instructions of one"
          + " rank, and collectives among 2 to N ranks. Takes one to three minutes.",
      "Processor time is measured, not wall time: a busy machine disturbs it little. GPUs are not"
          + " measured."
    },
    footer = {
      "",
      "Examples:",
      "  autopar profile -o laptop.json",
      "  autopar compile models/gpt.ir --set layers=4 --set hidden=256 --set heads=4 --devices 4 \\",
      "      --cluster laptop.json",
    })
final class ProfileCommand implements Callable<Integer> {
  private static final String MARK = "collective";
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(120);

  /** What measures. */
  enum Measured {
    AUTO("auto"),
    MPI("mpi"),
    SIMULATED("simulated");

    private final String text;

    Measured(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "profile.json",
      description = "The cluster file to write; its name names the cluster. Default: profile.json")
  private Path file;

  @Option(
      names = "--backend",
      paramLabel = "mpi|simulated|auto",
      defaultValue = "auto",
      description =
          "mpi: processes over Open MPI, products by OpenBLAS; simulated: threads, own products;"
              + " auto: mpi where both libraries are installed. Default: auto")
  private Measured backend;

  @Option(
      names = "--ranks",
      paramLabel = "N",
      defaultValue = "8",
      description = "Devices of the cluster; collectives are measured up to there. Default: 8")
  private int ranks;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    if (MpiLauncher.rankFromEnvironment(System.getenv()).isPresent()) {
      return rank();
    }
    if (ranks < 2 || ranks > 64) {
      throw PlanningOptions.wrong("--ranks must be 2 to 64, not " + ranks);
    }
    boolean mpi = isMpi();
    PrintWriter err = spec.commandLine().getErr();
    Accelerators.trace()
        .ifPresent(trace ->
            note(err, "there is a GPU driver (" + trace + "), but GPUs are not measured yet"));
    List<CollectiveTime> collectives = new ArrayList<>();
    for (int size = 2; size < 2 * ranks; size *= 2) {
      int world = Math.min(size, ranks);
      note(err, "measuring collectives of " + world + " ranks");
      collectives.addAll(mpi ? launch(world) : CollectiveSweep.ofThreads(world));
    }
    MatrixProduct product = mpi ? OpenBlasProduct.open() : new VectorProduct();
    Machine machine = Machine.here();
    String text =
        CpuProfile.measure(
            name(),
            machine,
            LocalDate.now(ZoneOffset.UTC),
            mpi ? "Open MPI and OpenBLAS" : "threads and vector instructions",
            product,
            collectives,
            ranks,
            what -> note(err, "measuring " + what));
    write(text);
    print(machine, text);
    return ExitCodes.DONE;
  }

  private boolean isMpi() {
    boolean installed = MpiLauncher.isInstalled() && OpenBlasProduct.isInstalled();
    if (backend == Measured.MPI && !installed) {
      throw new RunFailure(
          "Open MPI or OpenBLAS is not installed",
          "on Debian and Ubuntu: apt-get install openmpi-bin libopenmpi-dev libopenblas0; or"
              + " --backend simulated",
          null);
    }
    return installed && backend != Measured.SIMULATED;
  }

  private static void note(PrintWriter err, String words) {
    err.println("autopar: " + words);
    err.flush();
  }

  private String name() {
    String leaf = String.valueOf(file.getFileName());
    return leaf.endsWith(".json") ? leaf.substring(0, leaf.length() - 5) : leaf;
  }

  private void write(String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new RunFailure("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private void print(Machine machine, String text) {
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.print(text);
    } else {
      out.println("measured " + machine.text());
      if (machine.loadAverage() >= 0) {
        out.printf(Locale.ROOT, "  load average while measuring: %.1f%n", machine.loadAverage());
      }
      out.println("  cluster: " + file);
      out.println("  next: autopar compile MODEL --devices N --cluster " + file);
    }
    out.flush();
  }

  /** This process is one rank of a world that is measured. */
  private int rank() {
    return RankProcess.run(
        System.getenv(),
        LONGEST_WAIT,
        System.err,
        process -> {
          List<CollectiveTime> times = new CollectiveSweep(process.transport()).measure();
          if (process.transport().rank() == 0) {
            PrintWriter out = spec.commandLine().getOut();
            for (CollectiveTime t : times) {
              out.println(
                  String.join(
                      " ",
                      MARK,
                      t.kind().name(),
                      Integer.toString(t.ranks()),
                      Long.toString(t.bytes()),
                      Double.toString(t.seconds())));
            }
            out.flush();
          }
        });
  }

  private List<CollectiveTime> launch(int world) {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    int code =
        RankLaunch.run(
            world,
            spec.commandLine().getParent().getParseResult().originalArgs(),
            LONGEST_WAIT,
            heard,
            new FileOutputStream(FileDescriptor.err));
    if (code != 0) {
      throw new RunFailure("ranks ended with exit code " + code);
    }
    return heard
        .toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split(" "))
        .filter(words -> words[0].equals(MARK))
        .map(words ->
            new CollectiveTime(
                CollectiveTime.Kind.valueOf(words[1]),
                Integer.parseInt(words[2]),
                Long.parseLong(words[3]),
                Double.parseDouble(words[4])))
        .toList();
  }
}
