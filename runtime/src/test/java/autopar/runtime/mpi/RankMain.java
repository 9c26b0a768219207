package autopar.runtime.mpi;

import autopar.diagnostics.RunFailure;
import autopar.ir.op.StatisticsRounds.Combine;
import autopar.ir.type.Precision;
import autopar.lowering.LowerPlan;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.StepData;
import autopar.runtime.SyntheticData;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.rank.Group;
import autopar.runtime.rank.RankExecutor.Run;
import autopar.runtime.rank.RankObserver;
import autopar.runtime.rank.TrainingRun;
import autopar.runtime.rank.Transport;
import autopar.runtime.simulated.PlannedModel;
import autopar.training.Optimizer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** What ranks of the tests run: the scenario called by the first argument. */
final class RankMain {

  static final String INSTRUCTION = "all-reduce grad(decoder.1.wq)";

  private RankMain() {}

  public static void main(String[] arguments) {
    Consumer<RankProcess> scenario =
        switch (arguments[0]) {
          case "collectives" -> rank -> CollectivesCheck.run(rank.transport());
          case "signal in a collective" ->
              rank -> signalInACollective(rank, Integer.parseInt(arguments[1]), arguments[2]);
          case "signal in a kernel" ->
              rank -> signalInAKernel(rank, Integer.parseInt(arguments[1]), arguments[2]);
          case "fail" -> rank -> fail(rank, Integer.parseInt(arguments[1]));
          case "training" -> rank -> training(rank, Integer.parseInt(arguments[1]));
          case "bug" -> rank -> bug(rank, Integer.parseInt(arguments[1]));
          case "exit" -> rank -> exit(rank, Integer.parseInt(arguments[1]));
          case "endless" -> RankMain::endless;
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    System.exit(RankProcess.run(System.getenv(), Duration.ofSeconds(2), System.err, scenario));
  }

  private static void signalInACollective(RankProcess rank, int victim, String signal) {
    Transport transport = rank.transport();
    transport.barrier();
    rank.runs(12, INSTRUCTION);
    if (transport.rank() == victim) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            sleep(300);
            signalMyself(signal);
          });
    } else {
      sleep(800);
    }
    transport.allReduce(world(transport), new float[8], 8, Combine.SUM);
  }

  private static void signalInAKernel(RankProcess rank, int victim, String signal) {
    Transport transport = rank.transport();
    transport.barrier();
    if (transport.rank() == victim) {
      rank.runs(3, "einsum decoder.1.q");
      signalMyself(signal);
      sleep(100_000);
    }
    rank.runs(3, INSTRUCTION);
    transport.allReduce(world(transport), new float[8], 8, Combine.SUM);
  }

  private static void fail(RankProcess rank, int victim) {
    rank.runs(7, INSTRUCTION);
    if (rank.transport().rank() == victim) {
      throw new RunFailure("the disk is full", "free some space", null);
    }
    rank.transport().barrier();
  }

  /** In the second step the data of {@code victim} cannot be read. */
  private static void training(RankProcess rank, int victim) {
    Map<String, Long> dims = Map.of("layers", 2L, "inputs", 4L, "hidden", 4L, "outputs", 3L);
    PlannedModel planned =
        PlannedModel.of("mlp", dims, 2, 4, Precision.FP32, Optimizer.ADAMW, "data=2");
    SyntheticData all = new SyntheticData(planned.graph(), 7);
    StepData broken =
        (step, input, sample, element) -> {
          if (step == 1 && rank.transport().rank() == victim) {
            throw new RunFailure("the data has ended", "give more of it", null);
          }
          return all.element(step, input, sample, element);
        };
    Run run =
        new Run(
            LowerPlan.lower(planned.plan(), planned.graph()),
            broken,
            OptimizerSettings.DEFAULTS,
            3,
            RankObserver.SILENT);
    FloatKernels kernels = new FloatKernels(new VectorProduct());
    try (TrainingRun training = new MpiTrainingRun(run, rank, kernels)) {
      training.step(0);
      training.step(1);
    }
  }

  private static void bug(RankProcess rank, int victim) {
    rank.runs(7, INSTRUCTION);
    if (rank.transport().rank() == victim) {
      throw new IllegalStateException("a buffer is used twice");
    }
    rank.transport().barrier();
  }

  private static void exit(RankProcess rank, int victim) {
    rank.runs(7, INSTRUCTION);
    if (rank.transport().rank() == victim) {
      Runtime.getRuntime().halt(5);
    }
    rank.transport().barrier();
  }

  private static void endless(RankProcess rank) {
    for (int step = 0; ; step++) {
      rank.runs(step, INSTRUCTION);
      sleep(20);
      rank.transport().barrier();
    }
  }

  private static Group world(Transport transport) {
    return new Group(IntStream.range(0, transport.ranks()).boxed().toList());
  }

  private static void signalMyself(String signal) {
    String pid = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder(List.of("kill", "-" + signal, pid)).start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
