package autopar.runtime.simulated;

import autopar.diagnostics.RunFailure;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.rank.RankExecutor;
import autopar.runtime.rank.RankExecutor.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A run whose ranks are threads of this JVM. */
public final class SimulatedRun implements AutoCloseable {

  private final SimulatedWorld world;
  private final List<RankExecutor> ranks = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Prepares all ranks that {@code run} uses. */
  public SimulatedRun(Run run, FloatKernels kernels) {
    world = new SimulatedWorld(run.bundle().ranks());
    for (int rank = 0; rank < run.bundle().ranks(); rank++) {
      if (run.bundle().stageOf(rank) >= 0) {
        ranks.add(new RankExecutor(run, world.transport(rank), kernels));
      }
    }
  }

  /** The executors, by rank; idle ranks have none. */
  public List<RankExecutor> ranks() {
    return ranks;
  }

  /**
   * Runs step {@code step}, from 0, on all ranks.
   *
   * @return the loss
   * @throws RunFailure if a rank fails for a reason of the world
   */
  public double step(int step) {
    List<Future<OptionalDouble>> running = new ArrayList<>();
    for (RankExecutor rank : ranks) {
      running.add(threads.submit(() -> step(rank, step)));
    }
    double loss = Double.NaN;
    for (Future<OptionalDouble> future : running) {
      try {
        OptionalDouble own = future.get();
        loss = own.isPresent() ? own.getAsDouble() : loss;
      } catch (ExecutionException e) {
        throw unwrapped(world.failure().orElse(e.getCause()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RunFailure("the run was interrupted", e);
      }
    }
    return loss;
  }

  private OptionalDouble step(RankExecutor rank, int step) {
    try {
      return rank.step(step);
    } catch (RuntimeException | Error e) {
      world.fail(e);
      throw e;
    }
  }

  private static RuntimeException unwrapped(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }

  @Override
  public void close() {
    threads.close();
  }
}
