package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.ir.graph.Graph;
import autopar.lowering.AtOtherSizes;
import autopar.lowering.LowerPlan;
import autopar.plan.Plan;
import autopar.program.ProgramBundle;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.mpi.MpiLauncher;
import autopar.runtime.mpi.MpiTrainingRun;
import autopar.runtime.mpi.OpenBlasProduct;
import autopar.runtime.mpi.RankProcess;
import autopar.runtime.rank.RankExecutor;
import autopar.runtime.rank.RankObserver;
import autopar.runtime.rank.ReferenceTrainingRun;
import autopar.runtime.rank.RunDifferences;
import autopar.runtime.rank.TrainingRun;
import autopar.runtime.rank.WholeTensors;
import autopar.runtime.reference.ReferenceListener;
import autopar.runtime.simulated.SimulatedRun;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code autopar run}: executes a plan on CPU ranks. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Executes a plan: every rank runs its program, with real collectives between them.",
      "Backends: simulated (all ranks in this JVM), mpi (a process per rank over Open MPI and"
          + " OpenBLAS), reference (the unsharded model)."
    },
    footer = {
      "",
      "Examples:",
      "  autopar run gpt.plan --steps 50 --data book.txt --precision fp32 --curve loss.svg",
      "  autopar run opt-66b.plan --backend mpi --check --precision fp32 --global-batch 12 \\",
      "      --set hidden=144 --set ffn=576 --set seq=4 --set vocab=512 --seed 7",
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "PLAN", description = "A plan folder, or its plan.json.")
  private String argument;

  @Option(
      names = "--backend",
      paramLabel = "KIND",
      defaultValue = "simulated",
      description = "simulated, mpi or reference. Default: simulated")
  private Backend backend;

  @Mixin private RunOptions options;

  @Option(
      names = "--check",
      description =
          "Runs the unsharded model beside it and prints the largest relative difference of the"
              + " loss, of any gradient and of any updated parameter.")
  private boolean check;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = "30",
      description = "Seconds after which ranks that do not go on are taken for dead. Default: 30")
  private int timeout;

  @Option(
      names = "--streams",
      description =
          "Runs the streams of a simulated rank side by side, kept apart by the program's events"
              + " alone, as a device does; otherwise its instructions follow each other.")
  private boolean sideBySide;

  @Option(
      names = "--curve",
      paramLabel = "FILE",
      description = "Draws the losses into an SVG file.")
  private Path curve;

  @Mixin private CheckpointOptions checkpoints;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    if (sideBySide && backend != Backend.SIMULATED) {
      throw new ParameterException(
          spec.commandLine(),
          "--streams needs --backend simulated: it alone runs them side by side");
    }
    StoredPlan stored = StoredPlan.read(argument, options.dims());
    Plan plan =
        AtOtherSizes.of(
            stored.plan(),
            stored.graph(),
            options.globalBatch(stored.plan().workload().globalBatch()),
            options.precision(stored.plan().workload().precision()));
    ProgramBundle bundle = LowerPlan.lower(plan, stored.graph());
    // The reference runs what the plan runs, since dropout masks go by the names of nodes.
    Graph graph = LowerPlan.executed(plan, stored.graph());
    RankExecutor.Run run =
        new RankExecutor.Run(
            bundle, options.data(graph), options.settings(), options.seed(), RankObserver.SILENT);
    long sequence = plan.workload().sequence();
    return switch (backend) {
      case SIMULATED -> {
        FloatKernels kernels = new FloatKernels(new VectorProduct());
        try (TrainingRun training = new SimulatedRun(run, kernels, sideBySide)) {
          train(training, run, graph, sequence);
        }
        yield ExitCodes.DONE;
      }
      case REFERENCE -> {
        try (TrainingRun training =
            new ReferenceTrainingRun(run, graph, ReferenceListener.SILENT)) {
          train(training, run, graph, sequence);
        }
        yield ExitCodes.DONE;
      }
      case MPI ->
          MpiLauncher.rankFromEnvironment(System.getenv()).isPresent()
              ? rank(run, graph, sequence)
              : launch(bundle.ranks());
    };
  }

  /** This process is a rank, started by this command or by mpirun or srun. */
  private int rank(RankExecutor.Run run, Graph graph, long sequence) {
    return RankProcess.run(
        System.getenv(),
        Duration.ofSeconds(timeout),
        System.err,
        process -> {
          int ranks = process.transport().ranks();
          if (ranks != run.bundle().ranks()) {
            throw new RunFailure(
                "the plan has " + run.bundle().ranks() + " ranks, " + ranks + " were started",
                "start as many ranks as the plan has devices",
                null);
          }
          FloatKernels kernels = new FloatKernels(OpenBlasProduct.open());
          try (TrainingRun training = new MpiTrainingRun(run, process, kernels)) {
            train(training, run, graph, sequence);
          }
        });
  }

  private int launch(int ranks) {
    return RankLaunch.run(
        ranks,
        spec.commandLine().getParent().getParseResult().originalArgs(),
        Duration.ofSeconds(timeout),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err));
  }

  private void train(TrainingRun training, RankExecutor.Run run, Graph graph, long sequence) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    int first = checkpoints.resume(training, note -> err.println("autopar: " + note));
    err.flush();
    RunDifferences differences = new RunDifferences();
    Optional<TrainingRun> beside =
        check && training.reports()
            ? Optional.of(new ReferenceTrainingRun(run, graph, new Beside(training, differences)))
            : Optional.empty();
    beside.filter(r -> first > 0).ifPresent(checkpoints::restore);
    RunReport report =
        new RunReport(out, output.json(), backend.text(), run.bundle(), sequence, first);
    if (training.reports()) {
      report.begin();
    }
    var saver = checkpoints.saver(training, run.bundle(), options.steps());
    for (int step = first; step < options.steps(); step++) {
      long start = System.nanoTime();
      OptionalDouble loss = training.step(step);
      if (training.reports()) {
        report.step(step, loss.orElseThrow(), System.nanoTime() - start);
      }
      if (check) {
        WholeTensors.Gathered actual = training.gather();
        int taken = step;
        beside.ifPresent(reference -> {
          double expected = reference.step(taken).orElseThrow();
          differences.add(loss.orElseThrow(), actual, expected, reference.gather());
        });
      }
      int taken = step + 1;
      saver.ifPresent(s -> s.after(taken, report::note));
    }
    saver.ifPresent(CheckpointOptions.Saver::close);
    var traffic = training.traffic();
    if (training.reports()) {
      report.end(traffic, check ? Optional.of(differences) : Optional.empty());
      if (curve != null) {
        write(curve, report.curve());
      }
    }
  }

  /** Passes on what the reference tells. */
  private record Beside(TrainingRun training, RunDifferences differences)
      implements ReferenceListener {
    @Override
    public void enters(String body) {
      training.works("the reference's " + body);
    }

    @Override
    public void relu(long inputs, long nearZero) {
      differences.addRelu(inputs, nearZero);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new RunFailure("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
