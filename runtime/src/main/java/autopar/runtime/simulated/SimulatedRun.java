package autopar.runtime.simulated;

import autopar.diagnostics.RunFailure;
import autopar.runtime.checkpoint.Checkpoint;
import autopar.runtime.checkpoint.Piece;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.rank.ConcurrentStreams;
import autopar.runtime.rank.RankExecutor;
import autopar.runtime.rank.RankExecutor.Run;
import autopar.runtime.rank.StreamQueues;
import autopar.runtime.rank.TrainingCheckpoint;
import autopar.runtime.rank.TrainingRun;
import autopar.runtime.rank.WholeTensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A run whose ranks, or their streams, are threads of this JVM. */
public final class SimulatedRun implements TrainingRun {

  private final Run run;
  private final SimulatedWorld world;
  private final List<RankExecutor> ranks = new ArrayList<>();
  private final List<StreamQueues> streams = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Prepares all ranks that {@code run} uses.
   *
   * @param sideBySide runs the streams of a rank at the same time, as a device does; otherwise its
   *     instructions follow each other
   */
  public SimulatedRun(Run run, FloatKernels kernels, boolean sideBySide) {
    this.run = run;
    world = new SimulatedWorld(run.bundle().ranks());
    for (int rank = 0; rank < run.bundle().ranks(); rank++) {
      if (run.bundle().stageOf(rank) >= 0) {
        StreamQueues queues =
            sideBySide ? new ConcurrentStreams(world::fail) : StreamQueues.PROGRAM_ORDER;
        streams.add(queues);
        ranks.add(new RankExecutor(run, world.transport(rank), kernels, queues));
      }
    }
  }

  /** The executors, by rank; idle ranks have none. */
  public List<RankExecutor> ranks() {
    return ranks;
  }

  @Override
  public boolean reports() {
    return true;
  }

  @Override
  public OptionalDouble step(int step) {
    List<Future<OptionalDouble>> running = new ArrayList<>();
    for (RankExecutor rank : ranks) {
      running.add(threads.submit(() -> step(rank, step)));
    }
    OptionalDouble loss = OptionalDouble.empty();
    for (Future<OptionalDouble> future : running) {
      try {
        OptionalDouble own = future.get();
        loss = own.isPresent() ? own : loss;
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
  public WholeTensors.Gathered gather() {
    WholeTensors whole = new WholeTensors(run);
    return new WholeTensors.Gathered(whole.gradients(ranks), whole.parameters(ranks));
  }

  @Override
  public Map<Integer, List<Piece>> pieces() {
    Map<Integer, List<Piece>> pieces = new TreeMap<>();
    for (RankExecutor rank : ranks) {
      pieces.put(rank.rank(), TrainingCheckpoint.pieces(run.bundle(), rank));
    }
    return pieces;
  }

  @Override
  public void restore(Checkpoint checkpoint) {
    ranks.forEach(rank -> TrainingCheckpoint.restore(rank, checkpoint));
  }

  @Override
  public void barrier() {
    // Steps end together.
  }

  @Override
  public Map<String, Long> traffic() {
    Map<String, Long> all = new TreeMap<>();
    for (RankExecutor rank : ranks) {
      rank.traffic().bytes().forEach((kind, bytes) -> all.merge(kind, bytes, Long::sum));
    }
    return all;
  }

  @Override
  public Path agree(Path own) {
    return own;
  }

  @Override
  public void close() {
    threads.close();
    streams.forEach(StreamQueues::close);
  }
}
