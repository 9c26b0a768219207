package autopar.runtime.cuda;

import autopar.runtime.cuda.GroupTime.Operation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * Collectives among the first 2, 4, .. GPUs of the host and among all, by NCCL, and messages from
 * the first GPU to the second. One process drives all of them.
 */
public final class GroupTimes {
  private static final long LEAST_BYTES = 1L << 10;
  private static final long MOST_BYTES = 256L << 20;
  private static final int STEP = 4;

  /** Part of the free memory that each of two buffers may take. */
  private static final double MEMORY_PART = 0.3;

  private final Nccl nccl;
  private final List<Gpu> gpus;

  /** Of GPUs that {@link Gpus#haveCollectives}, two at least. */
  public GroupTimes(Gpus all) {
    nccl = all.nccl().orElseThrow();
    gpus = all.all();
  }

  /** The sizes of groups that are measured. */
  public SequencedSet<Integer> sizes() {
    SequencedSet<Integer> sizes = new TreeSet<>();
    for (int size = 2; size < gpus.size(); size *= 2) {
      sizes.add(size);
    }
    sizes.add(gpus.size());
    return sizes;
  }

  /** All collectives of the first {@code ranks} GPUs, and with two of them messages too. */
  public List<GroupTime> times(int ranks) {
    try (Members members = new Members(gpus.subList(0, ranks))) {
      List<GroupTime> times = new ArrayList<>();
      for (long bytes = LEAST_BYTES; bytes <= members.bufferBytes; bytes *= STEP) {
        long part = Math.max(1, bytes / ranks / Nccl.ELEMENT_BYTES);
        times.add(members.time(Operation.ALL_REDUCE, part));
        times.add(members.time(Operation.ALL_GATHER, part));
        times.add(members.time(Operation.REDUCE_SCATTER, part));
        if (ranks == 2) {
          times.add(members.time(Operation.SEND, part));
        }
      }
      return times;
    }
  }

  /** GPUs with a communicator and two buffers each. */
  private final class Members implements AutoCloseable {
    private final List<Gpu> members;
    private final List<Integer> held = new ArrayList<>();
    private final List<MemorySegment> from = new ArrayList<>();
    private final List<MemorySegment> to = new ArrayList<>();
    private final List<MemorySegment> communicators;
    private final long bufferBytes;
    private final Stopwatch stopwatch;

    Members(List<Gpu> members) {
      this.members = members;
      communicators = nccl.communicators(members.stream().map(Gpu::ordinal).toList());
      long free = members.stream().mapToLong(Gpu::freeBytes).min().orElseThrow();
      bufferBytes = Math.min(MOST_BYTES, (long) (free * MEMORY_PART));
      for (int rank = 0; rank < members.size(); rank++) {
        Gpu gpu = members.get(rank);
        MemorySegment communicator = communicators.get(rank);
        held.add(gpu.held());
        gpu.hold(() -> nccl.destroy(communicator));
        from.add(zeros(gpu));
        to.add(zeros(gpu));
      }
      stopwatch = new Stopwatch(members);
    }

    private MemorySegment zeros(Gpu gpu) {
      MemorySegment buffer = gpu.allocate(bufferBytes);
      gpu.clear(buffer, bufferBytes);
      return buffer;
    }

    /** Of whole tensors of {@code part} elements for each member. */
    GroupTime time(Operation operation, long part) {
      int ranks = members.size();
      long elements = part * ranks;
      double seconds =
          stopwatch.seconds(() -> {
            nccl.start();
            for (int rank = 0; rank < ranks; rank++) {
              queue(operation, rank, part, elements);
            }
            nccl.end();
          });
      return new GroupTime(operation, ranks, elements * Nccl.ELEMENT_BYTES, seconds);
    }

    private void queue(Operation operation, int rank, long part, long elements) {
      MemorySegment comm = communicators.get(rank);
      MemorySegment stream = members.get(rank).stream();
      MemorySegment source = from.get(rank);
      MemorySegment target = to.get(rank);
      switch (operation) {
        case ALL_REDUCE -> nccl.allReduce(source, target, elements, comm, stream);
        case ALL_GATHER -> nccl.allGather(source, target, part, comm, stream);
        case REDUCE_SCATTER -> nccl.reduceScatter(source, target, part, comm, stream);
        case SEND -> {
          if (rank == 0) {
            nccl.send(source, elements, 1, comm, stream);
          } else {
            nccl.receive(target, elements, 0, comm, stream);
          }
        }
      }
    }

    @Override
    public void close() {
      members.forEach(Gpu::await);
      for (int rank = 0; rank < members.size(); rank++) {
        members.get(rank).release(held.get(rank));
      }
    }
  }
}
