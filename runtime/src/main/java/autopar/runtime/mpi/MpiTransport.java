package autopar.runtime.mpi;

import autopar.diagnostics.CompilerBug;
import autopar.ir.op.StatisticsRounds.Combine;
import autopar.runtime.rank.Group;
import autopar.runtime.rank.Transport;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Ranks that are processes of an MPI world.
 *
 * <p>Data is copied to native memory that is kept between calls, since MPI may hold it for long.
 * Where all ranks are on one machine, a rank sleeps until all members of a collective have come, or
 * until what it is to receive was sent ({@link Bells}). What is then left to wait for, and
 * elsewhere all of it, it asks MPI for again and again, and leaves its core to others in between:
 * with 24 ranks on two cores an all-reduce of 1 KB took 1.9 ms so, 2.6 ms waiting in MPI, and 4.7
 * ms with naps of 50 us between the questions. A rank that has asked for long asks less often:
 * others may need its core to compute. All-reduces wait in MPI, whose ring is then faster (2 ranks,
 * 1 KB: 6 us of a core against 15; 4 MB on 24: 56 ms against 134), but only once all members have
 * come, since that wait never naps; where nobody rings, only for large ones is that worth a
 * barrier.
 */
final class MpiTransport implements Transport {

  /** After so long in a collective, a rank naps between its questions. */
  private static final long PATIENT_NANOS = 2_000_000;

  /** The same of a rank that waits for a message. */
  private static final long RECEIVER_NANOS = 100_000;

  /** Naps are this part of the time waited so far, and at most {@link #LONGEST_NAP_NANOS}. */
  private static final long NAP_PART = 20;

  private static final long LONGEST_NAP_NANOS = 2_000_000;

  /** Elements from which on an all-reduce is worth a barrier, to wait in MPI. */
  private static final int LARGE = 1 << 16;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final MpiLibrary mpi;
  private final ProgressBoard.Slot progress;
  private final SendQueue sends;
  private final Optional<Bells> bells;
  private final int rank;
  private final int ranks;
  private final Channel world;
  private final long[] receivedFrom;
  private final Map<Group, Channel> channels = new HashMap<>();
  private final MemorySegment request = Arena.global().allocate(ValueLayout.ADDRESS);
  private final StagingBuffer first = new StagingBuffer();
  private final StagingBuffer second = new StagingBuffer();

  /** A communicator, made at the first collective of its group, and where its members meet. */
  private static final class Channel {
    private final MemorySegment communicator;
    private final List<Integer> members;
    private final int counter;

    /** How the progress board names it. */
    private final String place;

    private long meetings;

    Channel(MemorySegment communicator, List<Integer> members, int counter, String place) {
      this.communicator = communicator;
      this.members = members;
      this.counter = counter;
      this.place = place;
    }
  }

  /**
   * Joins the world, when all of its ranks do.
   *
   * @param bells of the machine, where all ranks are on it
   */
  MpiTransport(MpiLibrary mpi, ProgressBoard.Slot progress, Optional<Bells> bells) {
    this.mpi = mpi;
    this.progress = progress;
    this.bells = bells;
    mpi.initialize();
    rank = mpi.rank();
    ranks = mpi.size();
    sends = new SendQueue(mpi);
    receivedFrom = new long[ranks];
    List<Integer> all = IntStream.range(0, ranks).boxed().toList();
    int counter = bells.isPresent() ? Bells.WORLD : Bells.NO_COUNTER;
    world = new Channel(mpi.world(), all, counter, "over ranks " + all);
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
    MemorySegment here = first.holding(data, count);
    Channel channel = join(group);
    MemorySegment comm = channel.communicator;
    boolean allHere = channel.counter != Bells.NO_COUNTER;
    if (count >= LARGE && !allHere) {
      start(() -> mpi.barrier(comm, request));
      finish();
    }
    if (count >= LARGE || allHere) {
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
    MemorySegment sent = first.holding(block, count);
    MemorySegment received = second.of(total);
    MemorySegment comm = join(group).communicator;
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
    MemorySegment sent = first.holding(all, Math.multiplyExact(count, group.size()));
    MemorySegment received = second.of(count);
    Channel channel = join(group);
    MemorySegment comm = channel.communicator;
    if (channel.counter != Bells.NO_COUNTER) {
      synchronized (mpi) {
        mpi.reduceScatterAndWait(sent, received, count, comm);
      }
    } else {
      start(() -> mpi.reduceScatter(sent, received, count, comm, request));
      finish();
    }
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
    MemorySegment there = first.holding(send, total);
    MemorySegment back = second.of(total);
    MemorySegment comm = join(group).communicator;
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
    MemorySegment here = root == rank ? first.holding(data, count) : first.of(count);
    MemorySegment comm = join(group).communicator;
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
    bells.ifPresent(all -> all.sent(rank, to));
  }

  @Override
  public void receive(int from, int tag, float[] data, int count) {
    progress.waits("from rank " + from);
    MemorySegment here = first.of(count);
    bells.ifPresent(all -> all.awaitMessage(rank, from, receivedFrom[from]));
    receivedFrom[from]++;
    start(() -> mpi.receive(here, count, from, tag, request));
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
    copyBack(here, data, count);
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
    if (bells.isPresent()) {
      meet(world);
    } else {
      start(() -> mpi.barrier(world.communicator, request));
      finish();
    }
  }

  /** Says that this rank waits for a group, and returns when all may begin. */
  private Channel join(Group group) {
    Channel channel = channel(group);
    progress.waits(channel.place);
    meet(channel);
    return channel;
  }

  private void meet(Channel channel) {
    if (channel.counter != Bells.NO_COUNTER) {
      channel.meetings++;
      bells.orElseThrow().meet(rank, channel.counter, channel.meetings, channel.members);
    }
  }

  private Channel channel(Group group) {
    if (group.size() == ranks) {
      return world;
    }
    Channel known = channels.get(group);
    if (known != null) {
      return known;
    }
    if (group.indexOf(rank) < 0) {
      throw bug("a collective of ranks " + group.ranks() + ", of which it is none");
    }
    String place = "over ranks " + group.ranks();
    progress.waits(place);
    MemorySegment communicator;
    synchronized (mpi) {
      communicator = mpi.createCommunicator(group.ranks(), group.hashCode() & 0x7FFF);
    }
    Channel made = new Channel(communicator, group.ranks(), counter(group, communicator), place);
    channels.put(group, made);
    return made;
  }

  /** Where the group meets: its first rank takes a counter and tells the others. */
  private int counter(Group group, MemorySegment communicator) {
    if (bells.isEmpty()) {
      return Bells.NO_COUNTER;
    }
    MemorySegment told = Arena.ofAuto().allocate(FLOAT);
    if (group.ranks().getFirst() == rank) {
      told.set(FLOAT, 0, bells.get().newCounter());
    }
    start(() -> mpi.broadcast(told, 1, 0, communicator, request));
    finish();
    return (int) told.get(FLOAT, 0);
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
