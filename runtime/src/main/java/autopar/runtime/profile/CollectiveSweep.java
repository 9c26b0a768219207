package autopar.runtime.profile;

import autopar.diagnostics.CompilerBug;
import autopar.diagnostics.RunFailure;
import autopar.ir.op.StatisticsRounds.Combine;
import autopar.runtime.profile.CollectiveTime.Kind;
import autopar.runtime.profile.CollectiveTime.Way;
import autopar.runtime.rank.Group;
import autopar.runtime.rank.Transport;
import autopar.runtime.simulated.SimulatedWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Collectives among all ranks of a world, by size, with the copies that a run makes around them.
 * All ranks call it; all get the mean of what each measured.
 */
public final class CollectiveSweep {
  static final int REPEATS = 31;

  private static final int WARM_UP = 60;
  private static final int[] ELEMENTS = {
    1 << 8, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22
  };

  /** Elements that warming up one size moves. */
  private static final int WARM_UP_ELEMENTS = 1 << 21;

  /** Elements that a rank reads between two collectives, of more than caches hold. */
  private static final int WORK = 1 << 21;

  private static final int WORKED_ON = 8 * WORK;

  private static final int TAG = 7;

  private final Transport transport;
  private final Group world;
  private final float[] workedOn = new float[WORKED_ON];
  private int at;

  public CollectiveSweep(Transport transport) {
    this.transport = transport;
    this.world = new Group(IntStream.range(0, transport.ranks()).boxed().toList());
  }

  /**
   * Of {@code ranks} threads of this process.
   *
   * @return what rank 0 measured
   */
  public static List<CollectiveTime> ofThreads(int ranks) {
    SimulatedWorld world = new SimulatedWorld(ranks);
    try (ExecutorService threads = Executors.newFixedThreadPool(ranks)) {
      List<Future<List<CollectiveTime>>> all = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        Transport transport = world.transport(rank);
        all.add(threads.submit(() -> new CollectiveSweep(transport).measure()));
      }
      return all.getFirst().get();
    } catch (ExecutionException e) {
      throw new CompilerBug("profile", "collectives of threads", e.getCause().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunFailure("measuring was interrupted", e);
    }
  }

  /** Measures; takes some seconds. */
  public List<CollectiveTime> measure() {
    // All before any: what is compiled for one size is still slow at the next.
    for (Kind kind : Kind.values()) {
      for (int elements : ELEMENTS) {
        repeat(call(kind, elements), Math.clamp(WARM_UP_ELEMENTS / elements, 2, WARM_UP));
      }
    }
    List<CollectiveTime> times = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int elements : ELEMENTS) {
        times.add(
            new CollectiveTime(
                kind,
                Way.MEMORY,
                world.size(),
                (long) elements * Float.BYTES,
                seconds(kind, elements)));
      }
    }
    return times;
  }

  private static void repeat(Runnable call, int times) {
    for (int i = 0; i < times; i++) {
      call.run();
    }
  }

  private double seconds(Kind kind, int elements) {
    Runnable call = call(kind, elements);
    transport.barrier();
    float[] seconds = {(float) CpuClock.ofCallsAfter(REPEATS, this::work, call)};
    transport.allReduce(world, seconds, 1, Combine.SUM);
    return seconds[0] / world.size();
  }

  /**
   * About a millisecond of other work, as there is between two collectives of a step. Ranks that do
   * nothing else are always there when others come, and find MPI and their data in the caches: with
   * eight ranks on two cores a gather of 1 KB then took 33 us of a core, after a millisecond of
   * work 84.
   */
  private void work() {
    for (int i = 0; i < WORK; i++) {
      workedOn[at + i] += 1;
    }
    at = (at + WORK) % WORKED_ON;
  }

  /** A call with the copies that a run makes around it, into arrays that it has already. */
  private Runnable call(Kind kind, int elements) {
    int part = elements / world.size();
    int count = part * world.size();
    float[] sent = new float[count];
    float[] received = new float[count];
    float[] tensor = new float[count];
    return switch (kind) {
      case ALL_REDUCE -> () -> transport.allReduce(world, tensor, count, Combine.SUM);
      case ALL_GATHER ->
          () -> {
            System.arraycopy(tensor, 0, sent, 0, part);
            transport.allGather(world, sent, part, received);
            System.arraycopy(received, 0, tensor, 0, count);
          };
      case REDUCE_SCATTER ->
          () -> {
            System.arraycopy(tensor, 0, sent, 0, count);
            transport.reduceScatter(world, sent, part, received);
            System.arraycopy(received, 0, tensor, 0, part);
          };
      case SEND -> () -> exchange(sent, received);
    };
  }

  /** Neighbours send each other one message, one after the other. */
  private void exchange(float[] sent, float[] received) {
    int other = transport.rank() ^ 1;
    if (other >= transport.ranks()) {
      return;
    }
    if (transport.rank() < other) {
      transport.send(other, TAG, sent, sent.length);
    }
    transport.receive(other, TAG, received, sent.length);
    if (transport.rank() > other) {
      transport.send(other, TAG, sent, sent.length);
    }
  }
}
