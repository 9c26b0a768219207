package autopar.runtime.profile;

import autopar.diagnostics.CompilerBug;
import autopar.diagnostics.RunFailure;
import autopar.ir.op.StatisticsRounds.Combine;
import autopar.runtime.profile.CollectiveTime.Kind;
import autopar.runtime.rank.Group;
import autopar.runtime.rank.Transport;
import autopar.runtime.simulated.SimulatedWorld;
import java.util.ArrayList;
import java.util.Arrays;
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
  static final int REPEATS = 9;

  private static final int WARM_UP = 60;
  private static final int[] ELEMENTS = {1 << 8, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20};

  /** Elements that a sample moves, so that it is long against the clock's resolution. */
  private static final int SAMPLE_ELEMENTS = 1 << 21;

  private static final int MOST_CALLS = 200;
  private static final int TAG = 7;

  private final Transport transport;
  private final Group world;

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
        repeat(call(kind, elements), Math.min(WARM_UP, 2 * together(elements)));
      }
    }
    List<CollectiveTime> times = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int elements : ELEMENTS) {
        times.add(
            new CollectiveTime(
                kind, world.size(), (long) elements * Float.BYTES, seconds(kind, elements)));
      }
    }
    return times;
  }

  private static int together(int elements) {
    return Math.clamp(SAMPLE_ELEMENTS / elements, 2, MOST_CALLS);
  }

  private static void repeat(Runnable call, int times) {
    for (int i = 0; i < times; i++) {
      call.run();
    }
  }

  private double seconds(Kind kind, int elements) {
    Runnable call = call(kind, elements);
    int together = together(elements);
    repeat(call, 2);
    transport.barrier();
    float[] seconds = {(float) CpuClock.ofCalls(REPEATS, together, call)};
    transport.allReduce(world, seconds, 1, Combine.SUM);
    return seconds[0] / world.size();
  }

  private Runnable call(Kind kind, int elements) {
    int part = elements / world.size();
    float[] whole = new float[part * world.size()];
    return switch (kind) {
      case ALL_REDUCE ->
          () -> {
            float[] sum = whole.clone();
            transport.allReduce(world, sum, sum.length, Combine.SUM);
          };
      case ALL_GATHER ->
          () -> {
            float[] all = new float[whole.length];
            transport.allGather(world, Arrays.copyOf(whole, part), part, all);
            System.arraycopy(all, 0, new float[all.length], 0, all.length);
          };
      case REDUCE_SCATTER ->
          () -> {
            float[] block = new float[part];
            transport.reduceScatter(world, whole.clone(), part, block);
            System.arraycopy(block, 0, new float[part], 0, part);
          };
      case SEND -> () -> exchange(elements);
    };
  }

  /** Neighbours send each other one message, one after the other. */
  private void exchange(int elements) {
    int other = transport.rank() ^ 1;
    if (other >= transport.ranks()) {
      return;
    }
    if (transport.rank() < other) {
      transport.send(other, TAG, new float[elements], elements);
    }
    transport.receive(other, TAG, new float[elements], elements);
    if (transport.rank() > other) {
      transport.send(other, TAG, new float[elements], elements);
    }
  }
}
