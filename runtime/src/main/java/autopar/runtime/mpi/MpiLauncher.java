package autopar.runtime.mpi;

import autopar.diagnostics.RunFailure;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Starts ranks as processes of this machine, by mpirun. */
public final class MpiLauncher {

  /** Shared memory that Open MPI maps per rank, with room to spare. */
  private static final long SHARED_BYTES_PER_RANK = 72L << 20;

  /** Shared memory for fragments of messages; the default of 4 MiB runs out (see SendQueue). */
  private static final long FRAGMENT_BYTES = 64L << 20;

  /**
   * Messages up to here leave at once; MPI asks the receiver of longer ones first, and a rank that
   * shares its core answers late. 64 KB took 40 us of a core, 195 us with the default of 4 KiB.
   */
  private static final long EAGER_BYTES = 128L << 10;

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private MpiLauncher() {}

  /** Whether this machine can start ranks and join them. */
  public static boolean isInstalled() {
    return mpirun(new ProcessBuilder().environment()).isPresent() && MpiLibrary.isInstalled();
  }

  /** The rank that mpirun, srun or another launcher made this process, if one did. */
  public static Optional<Integer> rankFromEnvironment(Map<String, String> environment) {
    for (String name : List.of("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK")) {
      if (environment.containsKey(name)) {
        return Optional.of(Integer.valueOf(environment.get(name)));
      }
    }
    // The script of a batch job has a SLURM_PROCID too, and is no rank.
    boolean script =
        environment.containsKey("SLURM_JOB_ID") && !environment.containsKey("SLURM_STEP_NUM_TASKS");
    return script
        ? Optional.empty()
        : Optional.ofNullable(environment.get("SLURM_PROCID")).map(Integer::valueOf);
  }

  /**
   * Starts {@code ranks} processes, which share the cores of the machine.
   *
   * @param command of every rank; it must call {@link RankProcess#run}
   * @param environment on top of that of this process
   * @param boardFile where the progress board is made; its folder must exist
   * @param hangTimeout how long no rank may say anything new while one waits
   * @param out gets the output of rank 0
   * @param err gets the errors of all ranks
   */
  public static MpiRun start(
      int ranks,
      List<String> command,
      Map<String, String> environment,
      Path boardFile,
      Duration hangTimeout,
      OutputStream out,
      OutputStream err) {
    ProcessBuilder builder = new ProcessBuilder();
    Map<String, String> whole = builder.environment();
    whole.putAll(environment);
    Path mpirun =
        mpirun(whole)
            .orElseThrow(
                () -> new RunFailure("there is no mpirun on the PATH", MpiLibrary.HINT, null));
    ProgressBoard board = ProgressBoard.create(boardFile, ranks);
    Path shared = sharedFolder(ranks);
    settings(shared).forEach(whole::putIfAbsent);
    whole.put(RankProcess.BOARD, boardFile.toAbsolutePath().toString());
    Path bells = shared.resolve("bells");
    if (Bells.create(bells, ranks)) {
      whole.put(RankProcess.BELLS, bells.toString());
    }
    whole.put(RankProcess.LAUNCHER, Long.toString(ProcessHandle.current().pid()));
    builder.command(commandLine(mpirun, ranks, command));
    builder.redirectInput(new File("/dev/null"));
    try {
      return new MpiRun(builder.start(), shared, board, hangTimeout, out, err);
    } catch (IOException e) {
      throw new RunFailure("cannot start " + mpirun + ": " + e.getMessage(), e);
    }
  }

  private static List<String> commandLine(Path mpirun, int ranks, List<String> command) {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(mpirun.toString(), "--oversubscribe", "--bind-to", "none", "-n", "1"));
    if (command.getFirst().contains("java")) {
      // Of a program called java, mpirun takes every argument with "cp" in it (a plan called
      // cpu.plan) for a class path, and rewrites the one after it.
      line.addAll(List.of("/bin/sh", "-c", "exec \"$@\"", "rank"));
    }
    line.addAll(command);
    if (ranks > 1) {
      // Only rank 0 is heard. Tags on all output would break long lines.
      line.addAll(List.of(":", "-n", Integer.toString(ranks - 1)));
      line.addAll(List.of("/bin/sh", "-c", "exec \"$@\" >/dev/null", "rank"));
      line.addAll(command);
    }
    return line;
  }

  /**
   * What Open MPI needs on one machine that may be a container, may have few cores, or be root's.
   */
  private static Map<String, String> settings(Path shared) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("OMPI_ALLOW_RUN_AS_ROOT", "1");
    settings.put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    settings.put("OMPI_MCA_rmaps_base_oversubscribe", "1");
    settings.put("OMPI_MCA_mpi_yield_when_idle", "1");
    settings.put("OMPI_MCA_plm", "isolated");
    settings.put("OMPI_MCA_pml", "ob1");
    settings.put("OMPI_MCA_btl", "self,vader");
    // Containers often forbid one process to read another's memory.
    settings.put("OMPI_MCA_btl_vader_single_copy_mechanism", "none");
    settings.put("OMPI_MCA_btl_vader_segment_size", Long.toString(FRAGMENT_BYTES));
    settings.put("OMPI_MCA_btl_vader_eager_limit", Long.toString(EAGER_BYTES));
    settings.put("OMPI_MCA_btl_vader_max_send_size", Long.toString(EAGER_BYTES));
    settings.put("OPENBLAS_NUM_THREADS", "1");
    // Open MPI allocates room for a reduction at each call. What malloc gives back to the system is
    // new pages the next time: a reduce-scatter of 16 MiB took 58 ms of a core, and takes 9.
    settings.put("MALLOC_TRIM_THRESHOLD_", "2147483647");
    settings.put("MALLOC_MMAP_THRESHOLD_", "1073741824");
    settings.put("OMPI_MCA_btl_vader_backing_directory", shared.toString());
    settings.put("OMPI_MCA_orte_tmpdir_base", shared.toString());
    return settings;
  }

  /**
   * A folder of this run for the memory that ranks share, deleted with all that a killed mpirun
   * leaves there. Docker gives containers 64 MiB of shared memory, which is too little for many
   * ranks: then a folder of temporary files.
   */
  private static Path sharedFolder(int ranks) {
    Leftovers.sweep(SHARED_MEMORY);
    try {
      boolean fits =
          Files.isWritable(SHARED_MEMORY)
              && Files.getFileStore(SHARED_MEMORY).getUsableSpace()
                  >= ranks * SHARED_BYTES_PER_RANK;
      return fits
          ? Files.createTempDirectory(SHARED_MEMORY, Leftovers.prefix())
          : Files.createTempDirectory(Leftovers.prefix());
    } catch (IOException e) {
      throw new RunFailure("no folder for the shared memory of ranks: " + e.getMessage(), e);
    }
  }

  private static Optional<Path> mpirun(Map<String, String> environment) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder, "mpirun");
      if (!folder.isEmpty() && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
