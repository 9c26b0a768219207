package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.runtime.cuda.Gpus;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.mpi.MpiLauncher;
import autopar.runtime.mpi.OpenBlasProduct;
import autopar.runtime.mpi.RankProcess;
import autopar.runtime.profile.CollectiveSweep;
import autopar.runtime.profile.CollectiveTime;
import autopar.runtime.profile.CpuProfile;
import autopar.runtime.profile.CpuProfile.Listener;
import autopar.runtime.profile.CrowdedSteps;
import autopar.runtime.profile.DriveSpeed;
import autopar.runtime.profile.GpuProfile;
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
import java.util.Optional;
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
      "Measures this machine and writes a cluster file that compile --cluster takes.",
      "GPUs, where a driver, the CUDA runtime and cuBLASLt are found: matrix products, copies,"
          + " launches, the link to the host, and with NCCL collectives by size and group; then the"
          + " products of known layers, measured and predicted by the file. What one host cannot"
          + " measure is taken from the nearest shipped cluster, and the file says so.",
      "Else CPU ranks: matrix products, memory-bound kernels, attention, the optimizer step and"
          + " instructions of one rank, and collectives among 2 to N ranks, in three to five minutes."
          + " With mpi all cores measure at once, since products of two processes share caches and"
          + " memory; then twice as many ranks as cores, since they empty each other's caches.",
      "CPU ranks are measured as processor time, so that a busy machine disturbs it little; GPUs and"
          + " crowded cores by the clock, so let the machine rest."
    },
    footer = {
      "",
      "Examples:",
      "  autopar profile -o laptop.json",
      "  autopar profile --backend cuda --hosts 16 -o cluster.json",
      "  autopar compile models/gpt.ir --set layers=4 --set hidden=256 --set heads=4 --devices 4 \\",
      "      --cluster laptop.json",
    })
final class ProfileCommand implements Callable<Integer> {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(120);
  private static final int MOST_HOSTS = 4096;

  /** Ranks a core at which crowded cores are measured, where the cluster has so many. */
  private static final int MOST_CROWDED = 4;

  /** What measures. */
  enum Measured {
    AUTO("auto"),
    CUDA("cuda"),
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
      paramLabel = "cuda|mpi|simulated|auto",
      defaultValue = "auto",
      description =
          "cuda: the NVIDIA GPUs of this host; mpi: processes over Open MPI, products by OpenBLAS;"
              + " simulated: threads, own products; auto: the first of them whose libraries are"
              + " installed. Default: auto")
  private Measured backend;

  @Option(
      names = "--ranks",
      paramLabel = "N",
      defaultValue = "8",
      description = "CPU ranks of the cluster; collectives are measured up to there. Default: 8")
  private int ranks;

  @Option(
      names = "--hosts",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many hosts of GPUs like this one the cluster has. Default: 1")
  private int hosts;

  @Option(
      names = "--libraries",
      paramLabel = "DIR",
      description =
          "Where the CUDA runtime, cuBLASLt and NCCL are, if not in CUDA_HOME, LD_LIBRARY_PATH,"
              + " /usr/local/cuda or Python's packages.")
  private Path libraries;

  @Option(
      names = "--nvme",
      paramLabel = "DIR",
      description =
          "Measure the drive of a folder too, with a file of up to 2 GiB. It is printed only:"
              + " no price depends on it.")
  private Path drive;

  @Option(
      names = "--measured",
      paramLabel = "FILE",
      hidden = true,
      description = "Of a rank: collectives that were measured; the rank measures the rest.")
  private Path measured;

  @Option(
      names = "--crowded",
      paramLabel = "FILE",
      hidden = true,
      description = "Of a rank: a cluster file; the rank measures what crowded cores get done.")
  private Path crowded;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    if (MpiLauncher.rankFromEnvironment(System.getenv()).isPresent()) {
      return rank();
    }
    if (ranks < 2 || ranks > 64) {
      throw PlanningOptions.wrong("--ranks must be 2 to 64, not " + ranks);
    }
    if (hosts < 1 || hosts > MOST_HOSTS) {
      throw PlanningOptions.wrong("--hosts must be 1 to " + MOST_HOSTS + ", not " + hosts);
    }
    if (drive != null && !Files.isDirectory(drive)) {
      throw PlanningOptions.wrong("--nvme names a folder of the drive, and " + drive + " is none");
    }
    PrintWriter err = spec.commandLine().getErr();
    Optional<Gpus> gpus = GpuProfiling.find(backend, libraries, words -> note(err, words));
    if (gpus.isPresent()) {
      profile(gpus.get(), err);
    } else if (hosts == 1) {
      profileRanks(err);
    } else {
      throw PlanningOptions.wrong("--hosts is for hosts of GPUs, and none are measured here");
    }
    profileDrive(err);
    return ExitCodes.DONE;
  }

  private void profile(Gpus gpus, PrintWriter err) {
    try (gpus) {
      GpuProfiling profiling = new GpuProfiling(gpus, words -> note(err, words));
      GpuProfile.Result result = profiling.measure(name(), hosts);
      write(result.text());
      PrintWriter out = spec.commandLine().getOut();
      if (output.json()) {
        out.print(result.text());
      } else {
        profiling.print(out, result, file, hosts);
      }
      out.flush();
    }
  }

  private void profileDrive(PrintWriter err) {
    if (drive == null) {
      return;
    }
    note(err, "measuring the drive of " + drive);
    DriveSpeed speed = DriveSpeed.measure(drive);
    PrintWriter to = output.json() ? err : spec.commandLine().getOut();
    to.printf(
        Locale.ROOT,
        "drive of %s: %.2f GB/s written, %.2f GB/s read (%d MiB in a row, one thread)%n",
        drive,
        speed.writeRate() / 1e9,
        speed.readRate() / 1e9,
        speed.bytes() >> 20);
    to.flush();
  }

  private void profileRanks(PrintWriter err) {
    boolean mpi = isMpi();
    List<CollectiveTime> collectives = new ArrayList<>();
    for (int size = 2; size < 2 * ranks; size *= 2) {
      int world = Math.min(size, ranks);
      note(err, "measuring collectives of " + world + " ranks");
      collectives.addAll(
          mpi ? collectives(launch(world, arguments())) : CollectiveSweep.ofThreads(world));
    }
    Machine machine = Machine.here();
    String text =
        mpi
            ? withCrowdedCores(launchOnAllCores(collectives), err)
            : cluster(false, collectives, what -> note(err, "measuring " + what));
    write(text);
    print(machine, text);
  }

  private String cluster(boolean mpi, List<CollectiveTime> collectives, Listener listener) {
    return CpuProfile.measure(
        name(),
        Machine.here(),
        LocalDate.now(ZoneOffset.UTC),
        mpi ? "Open MPI and OpenBLAS" : "threads and vector instructions",
        mpi ? OpenBlasProduct.open() : new VectorProduct(),
        collectives,
        ranks,
        listener);
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
    return RankProcess.run(System.getenv(), LONGEST_WAIT, System.err, this::measure);
  }

  private void measure(RankProcess process) {
    if (crowded != null) {
      String text =
          CrowdedSteps.measured(
              read(crowded),
              OpenBlasProduct.open(),
              process.transport(),
              LocalDate.now(ZoneOffset.UTC));
      if (process.transport().rank() == 0) {
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
      }
      return;
    }
    List<CollectiveTime> times =
        measured == null ? new CollectiveSweep(process.transport()).measure() : List.of();
    boolean reports = process.transport().rank() == 0;
    String text =
        measured == null
            ? String.join("\n", times.stream().map(CollectiveTime::line).toList())
            : cluster(
                true,
                collectives(read(measured)),
                what -> {
                  // What is measured at once must begin at once.
                  process.transport().barrier();
                  if (reports) {
                    note(spec.commandLine().getErr(), "measuring " + what);
                  }
                });
    if (reports) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(text);
      out.flush();
    }
  }

  private static List<CollectiveTime> collectives(String lines) {
    return lines.lines().flatMap(line -> CollectiveTime.ofLine(line).stream()).toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new RunFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** One rank on each core measures all but collectives; the first one's cluster file. */
  private String launchOnAllCores(List<CollectiveTime> collectives) {
    String times =
        String.join("\n", collectives.stream().map(CollectiveTime::line).toList()) + "\n";
    return launchWith("--measured", times, Math.min(ranks, cores()));
  }

  /** Twice as many ranks as cores, where the cluster has as many, measure how they share them. */
  private String withCrowdedCores(String text, PrintWriter err) {
    int world = Math.min(ranks, MOST_CROWDED * cores());
    if (world <= cores()) {
      return text;
    }
    note(err, "measuring steps of " + world + " ranks on " + cores() + " cores");
    return launchWith("--crowded", text, world);
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** What rank 0 of a world prints whose ranks are told a file. */
  private String launchWith(String option, String contents, int world) {
    try {
      Path told = Files.createTempFile("autopar", ".told");
      try {
        Files.writeString(told, contents);
        List<String> arguments = new ArrayList<>(arguments());
        arguments.addAll(List.of(option, told.toString()));
        return launch(world, arguments);
      } finally {
        Files.deleteIfExists(told);
      }
    } catch (IOException e) {
      throw new RunFailure("cannot write a temporary file: " + e.getMessage(), e);
    }
  }

  private List<String> arguments() {
    return spec.commandLine().getParent().getParseResult().originalArgs();
  }

  /** What rank 0 of a world prints. */
  private static String launch(int world, List<String> arguments) {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    int code =
        RankLaunch.run(
            world, arguments, LONGEST_WAIT, heard, new FileOutputStream(FileDescriptor.err));
    if (code != 0) {
      throw new RunFailure("ranks ended with exit code " + code);
    }
    return heard.toString(StandardCharsets.UTF_8);
  }
}
