package autopar.runtime.mpi;

import autopar.diagnostics.CompilerBug;
import autopar.ir.op.StatisticsRounds.Combine;
import autopar.runtime.rank.Group;
import autopar.runtime.rank.Transport;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Ranks that are processes of an MPI world.
 *
 * <p>Data is copied to native memory that is kept between calls, since MPI may hold it for long. A
 * rank that waits asks MPI again and again and leaves its core to others in between: with 24 ranks
 * on two cores an all-reduce of 1 KB took 1.9 ms so, 2.6 ms waiting in MPI, and 4.7 ms with naps of
 * 50 us between the questions. A rank that has waited for long asks less often: others may need its
 * core to compute. One that waits for a message does so soon, since the sender may have a whole
 * pass to compute first. Only all-reduces of large data wait in MPI (4 MB: 56 ms against 134 ms),
 * and only once all members have come, since that wait never naps.
 */
final class MpiTransport implements Transport {

  /** After so long in a collective, a rank naps between its questions. */
  private static final long PATIENT_NANOS = 2_000_000;

  /** The same of a rank that waits for a message. */
  private static final long RECEIVER_NANOS = 100_000;

  /** Naps are this part of the time waited so far, and at most {@link #LONGEST_NAP_NANOS}. */
  private static final long NAP_PART = 20;

  private static final long LONGEST_NAP_NANOS = 2_000_000;

  /** Elements from which on an all-reduce waits in MPI. */
  private static final int LARGE = 1 << 16;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final MpiLibrary mpi;
  private final ProgressBoard.Slot progress;
  private final SendQueue sends;
  private final int rank;
  private final int ranks;
  private final Map<Group, Channel> channels = new HashMap<>();
  private final MemorySegment request = Arena.global().allocate(ValueLayout.ADDRESS);
  private final StagingBuffer first = new StagingBuffer();
  private final StagingBuffer second = new StagingBuffer();

  /** A communicator, made at the first collective of its group, and how the board names it. */
  private record Channel(MemorySegment communicator, String place) {}

  /** Joins the world, when all of its ranks do. */
  MpiTransport(MpiLibrary mpi, ProgressBoard.Slot progress) {
    this.mpi = mpi;
    this.progress = progress;
    mpi.initialize();
    rank = mpi.rank();
    ranks = mpi.size();
    sends = new SendQueue(mpi);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int ranks() {
    return ranks;
  }

  @Override
  public void allReduce(Group group, float[] data, int count, Combine combine) {
    if (group.size() == 1 || count == 0) {
      return;
    }
    MemorySegment comm = join(group);
    MemorySegment here = first.holding(data, count);
    if (count >= LARGE) {
      start(() -> mpi.barrier(comm, request));
      finish();
      synchronized (mpi) {
        mpi.allReduceAndWait(here, count, combine, comm);
      }
    } else {
      start(() -> mpi.allReduce(here, count, combine, comm, request));
      finish();
    }
    copyBack(here, data, count);
    progress.resumes();
  }

  @Override
  public void allGather(Group group, float[] block, int count, float[] all) {
    if (group.size() == 1 || count == 0) {
      System.arraycopy(block, 0, all, 0, count);
      return;
    }
    int total = Math.multiplyExact(count, group.size());
    MemorySegment comm = join(group);
    MemorySegment sent = first.holding(block, count);
    MemorySegment received = second.of(total);
    start(() -> mpi.allGather(sent, received, count, comm, request));
    finish();
    copyBack(received, all, total);
    progress.resumes();
  }

  @Override
  public void reduceScatter(Group group, float[] all, int count, float[] block) {
    if (group.size() == 1 || count == 0) {
      System.arraycopy(all, 0, block, 0, count);
      return;
    }
    MemorySegment comm = join(group);
    MemorySegment sent = first.holding(all, Math.multiplyExact(count, group.size()));
    MemorySegment received = second.of(count);
    start(() -> mpi.reduceScatter(sent, received, count, comm, request));
    finish();
    copyBack(received, block, count);
    progress.resumes();
  }

  @Override
  public void allToAll(Group group, float[] send, int count, float[] received) {
    if (group.size() == 1 || count == 0) {
      System.arraycopy(send, 0, received, 0, count);
      return;
    }
    int total = Math.multiplyExact(count, group.size());
    MemorySegment comm = join(group);
    MemorySegment there = first.holding(send, total);
    MemorySegment back = second.of(total);
    start(() -> mpi.allToAll(there, back, count, comm, request));
    finish();
    copyBack(back, received, total);
    progress.resumes();
  }

  @Override
  public void broadcast(Group group, int root, float[] data, int count) {
    int rootIndex = group.indexOf(root);
    if (rootIndex < 0) {
      throw bug("root " + root + " is not one of ranks " + group.ranks());
    }
    if (group.size() == 1 || count == 0) {
      return;
    }
    MemorySegment comm = join(group);
    MemorySegment here = root == rank ? first.holding(data, count) : first.of(count);
    start(() -> mpi.broadcast(here, count, rootIndex, comm, request));
    finish();
    if (root != rank) {
      copyBack(here, data, count);
    }
    progress.resumes();
  }

  @Override
  public void send(int to, int tag, float[] data, int count) {
    sends.send(to, tag, data, count);
  }

  @Override
  public void receive(int from, int tag, float[] data, int count) {
    progress.waits("from rank " + from);
    MemorySegment received = first.of(count);
    start(() -> mpi.receive(received, count, from, tag, request));
    long bytes = finish(RECEIVER_NANOS);
    if (bytes != (long) count * Float.BYTES) {
      throw bug(
          "rank "
              + from
              + " sent "
              + bytes / Float.BYTES
              + " elements with tag "
              + tag
              + ", and "
              + count
              + " are received");
    }
    copyBack(received, data, count);
    progress.resumes();
  }

  @Override
  public void barrier() {
    waitForAll("for all ranks at a barrier");
    progress.resumes();
  }

  @Override
  public void close() {
    progress.waits("for its messages to leave");
    sends.drain();
    waitForAll("for all ranks at the end");
    synchronized (mpi) {
      mpi.leave();
    }
  }

  private void waitForAll(String place) {
    progress.waits(place);
    start(() -> mpi.barrier(mpi.world(), request));
    finish();
  }

  /** Says that this rank waits for a group, and gives its communicator. */
  private MemorySegment join(Group group) {
    Channel known = channels.get(group);
    if (known != null) {
      progress.waits(known.place());
      return known.communicator();
    }
    if (group.indexOf(rank) < 0) {
      throw bug("a collective of ranks " + group.ranks() + ", of which it is none");
    }
    String place = "over ranks " + group.ranks();
    progress.waits(place);
    Channel made = new Channel(communicator(group), place);
    channels.put(group, made);
    return made.communicator();
  }

  private MemorySegment communicator(Group group) {
    if (group.size() == ranks) {
      return mpi.world();
    }
    synchronized (mpi) {
      return mpi.createCommunicator(group.ranks(), group.hashCode() & 0x7FFF);
    }
  }

  private void start(Runnable call) {
    synchronized (mpi) {
      call.run();
    }
  }

  private void finish() {
    finish(PATIENT_NANOS);
  }

  /** Bytes received, where that was what the call was for; {@code patient} until the first nap. */
  private long finish(long patient) {
    long start = System.nanoTime();
    while (true) {
      synchronized (mpi) {
        if (mpi.isDone(request)) {
          return mpi.receivedBytes();
        }
      }
      long waited = System.nanoTime() - start;
      if (waited < patient) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(Math.min(waited / NAP_PART, LONGEST_NAP_NANOS));
      }
    }
  }

  private CompilerBug bug(String message) {
    return new CompilerBug("a program", "rank " + rank, message);
  }

  private static void copyBack(MemorySegment from, float[] to, int count) {
    MemorySegment.copy(from, FLOAT, 0, to, 0, count);
  }
}
