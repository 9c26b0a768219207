package autopar.runtime.simulated;

import autopar.diagnostics.RunFailure;
import autopar.ir.op.StatisticsRounds.Combine;
import autopar.runtime.rank.Group;
import autopar.runtime.rank.Transport;
import java.util.Arrays;
import java.util.stream.IntStream;

/** One rank's way to the others of a {@link SimulatedWorld}. */
final class SimulatedTransport implements Transport {

  private final SimulatedWorld world;
  private final int rank;

  SimulatedTransport(SimulatedWorld world, int rank) {
    this.world = world;
    this.rank = rank;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int ranks() {
    return world.ranks();
  }

  @Override
  public void allReduce(Group group, float[] data, int count, Combine combine) {
    if (group.size() > 1) {
      float[][] parts = world.exchange(group, rank, Arrays.copyOf(data, count));
      reduce(parts, 0, data, count, combine);
    }
  }

  private static void reduce(float[][] parts, int from, float[] to, int count, Combine combine) {
    System.arraycopy(parts[0], from, to, 0, count);
    for (int p = 1; p < parts.length; p++) {
      float[] part = parts[p];
      switch (combine) {
        case SUM -> {
          for (int i = 0; i < count; i++) {
            to[i] += part[from + i];
          }
        }
        case MAX -> {
          for (int i = 0; i < count; i++) {
            to[i] = Math.max(to[i], part[from + i]);
          }
        }
      }
    }
  }

  @Override
  public void allGather(Group group, float[] block, int count, float[] all) {
    float[][] parts = world.exchange(group, rank, Arrays.copyOf(block, count));
    for (int p = 0; p < parts.length; p++) {
      System.arraycopy(parts[p], 0, all, p * count, count);
    }
  }

  @Override
  public void reduceScatter(Group group, float[] all, int count, float[] block) {
    float[][] parts = world.exchange(group, rank, Arrays.copyOf(all, count * group.size()));
    reduce(parts, group.indexOf(rank) * count, block, count, Combine.SUM);
  }

  @Override
  public void allToAll(Group group, float[] send, int count, float[] received) {
    float[][] parts = world.exchange(group, rank, Arrays.copyOf(send, count * group.size()));
    int own = group.indexOf(rank) * count;
    for (int p = 0; p < parts.length; p++) {
      System.arraycopy(parts[p], own, received, p * count, count);
    }
  }

  @Override
  public void broadcast(Group group, int root, float[] data, int count) {
    float[] part = rank == root ? Arrays.copyOf(data, count) : new float[0];
    float[][] parts = world.exchange(group, rank, part);
    System.arraycopy(parts[group.indexOf(root)], 0, data, 0, count);
  }

  @Override
  public void send(int to, int tag, float[] data, int count) {
    world.post(rank, to, tag, Arrays.copyOf(data, count));
  }

  @Override
  public void receive(int from, int tag, float[] data, int count) {
    float[] message = world.collect(from, rank, tag);
    if (message.length != count) {
      throw new RunFailure(
          "rank "
              + rank
              + " expected "
              + count
              + " elements from rank "
              + from
              + ", got "
              + message.length);
    }
    System.arraycopy(message, 0, data, 0, count);
  }

  @Override
  public void barrier() {
    world.exchange(
        new Group(IntStream.range(0, world.ranks()).boxed().toList()), rank, new float[0]);
  }

  @Override
  public void close() {}
}
