package autopar.runtime.rank;

import autopar.ir.op.StatisticsRounds.Combine;

/**
 * Carries data between this rank and the others. Every member of a group calls the same collectives
 * in the same order, from one thread at a time; messages are sent and received beside them only
 * where a rank's streams run side by side ({@link ConcurrentStreams}).
 *
 * <p>A collective returns bitwise the same result on all members that get the same elements. What
 * the world does to a call (a rank died, a message did not fit) is an {@link
 * autopar.diagnostics.RunFailure}.
 */
public interface Transport extends AutoCloseable {

  /** This rank, from 0. */
  int rank();

  /** Ranks of the world. */
  int ranks();

  /** In place over the first {@code count} elements. */
  void allReduce(Group group, float[] data, int count, Combine combine);

  /** {@code all} = blocks of {@code count} elements in the order of the group's ranks. */
  void allGather(Group group, float[] block, int count, float[] all);

  /**
   * The sum of block i of {@code all} over the group arrives at its rank i; blocks have {@code
   * count} elements.
   */
  void reduceScatter(Group group, float[] all, int count, float[] block);

  /**
   * Block j of {@code send} arrives at the group's rank j as the block of this rank; {@code count}
   * elements per pair.
   */
  void allToAll(Group group, float[] send, int count, float[] received);

  /** {@code root} is a world rank. */
  void broadcast(Group group, int root, float[] data, int count);

  /**
   * Returns when the data may be overwritten; never waits for the receiver (buffered, also to
   * itself). Messages between two ranks with one tag arrive in order.
   */
  void send(int to, int tag, float[] data, int count);

  /** Waits for a message of exactly {@code count} elements. */
  void receive(int from, int tag, float[] data, int count);

  /** Waits for all ranks of the world. */
  void barrier();

  /** After the last call of this rank; waits until what it sent has left. */
  @Override
  void close();
}
