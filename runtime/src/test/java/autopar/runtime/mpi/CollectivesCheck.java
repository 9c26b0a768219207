package autopar.runtime.mpi;

import autopar.ir.op.StatisticsRounds.Combine;
import autopar.runtime.rank.Group;
import autopar.runtime.rank.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Calls everything that a transport does, and throws where a result is not the expected one. */
final class CollectivesCheck {

  /** Small and odd ones; a large one, beyond where MPI's large algorithms begin. */
  private static final int[] COUNTS = {1, 7, 1000};

  private static final int LARGE = 70_001;

  private static final int MESSAGES = 600;

  private CollectivesCheck() {}

  static void run(Transport transport) {
    for (Group group : groups(transport.ranks())) {
      if (group.indexOf(transport.rank()) >= 0) {
        for (int count : COUNTS) {
          check(transport, group, count);
        }
      }
    }
    check(transport, group(IntStream.range(0, transport.ranks())), LARGE);
    toItself(transport);
    manyMessages(transport);
    largeMessages(transport);
    roundsAgree(transport);
    transport.barrier();
  }

  /** The world, each rank alone, and groups that overlap and leave ranks out. */
  private static List<Group> groups(int ranks) {
    List<Group> groups = new ArrayList<>();
    groups.add(group(IntStream.range(0, ranks)));
    for (int rank = 0; rank < ranks; rank++) {
      groups.add(group(IntStream.of(rank)));
    }
    if (ranks > 2) {
      groups.add(group(IntStream.range(0, ranks - 1)));
      groups.add(group(IntStream.range(1, ranks)));
      groups.add(group(IntStream.of(0, ranks - 1)));
      groups.add(group(IntStream.iterate(0, rank -> rank < ranks, rank -> rank + 2)));
    }
    return groups;
  }

  private static Group group(IntStream ranks) {
    return new Group(ranks.boxed().toList());
  }

  private static void check(Transport transport, Group group, int count) {
    int me = transport.rank();
    int size = group.size();
    int index = group.indexOf(me);

    float[] data = filled(count + 1, i -> element(me, 0, i));
    transport.allReduce(group, data, count, Combine.SUM);
    expect("sum", data, filled(count + 1, i -> i < count ? sum(group, 0, i) : element(me, 0, i)));

    data = filled(count, i -> element(me, 1, i));
    transport.allReduce(group, data, count, Combine.MAX);
    expect("max", data, filled(count, i -> max(group, 1, i)));

    float[] all = new float[count * size];
    transport.allGather(group, filled(count, i -> element(me, 2, i)), count, all);
    expect(
        "gather",
        all,
        filled(count * size, i -> element(group.ranks().get(i / count), 2, i % count)));

    float[] block = new float[count];
    transport.reduceScatter(group, filled(count * size, i -> element(me, 3, i)), count, block);
    expect("scatter", block, filled(count, i -> sum(group, 3, index * count + i)));

    float[] received = new float[count * size];
    transport.allToAll(group, filled(count * size, i -> element(me, 4, i)), count, received);
    expect(
        "all to all",
        received,
        filled(
            count * size,
            i -> element(group.ranks().get(i / count), 4, index * count + i % count)));

    int root = group.ranks().getLast();
    data = filled(count, i -> element(me, 5, i));
    transport.broadcast(group, root, data, count);
    expect("broadcast", data, filled(count, i -> element(root, 5, i)));
  }

  private static void toItself(Transport transport) {
    int me = transport.rank();
    for (int count : COUNTS) {
      float[] data = filled(count, i -> element(me, 6, i));
      transport.send(me, 1, data, count);
      Arrays.fill(data, -1);
      transport.receive(me, 1, data, count);
      expect("to itself", data, filled(count, i -> element(me, 6, i)));
    }
  }

  /** All are sent before any is received; tags are received in the other order. */
  private static void manyMessages(Transport transport) {
    int me = transport.rank();
    int next = (me + 1) % transport.ranks();
    int last = (me + transport.ranks() - 1) % transport.ranks();
    float[] data = new float[3000];
    for (int m = 0; m < MESSAGES; m++) {
      Arrays.fill(data, me * 1000 + m);
      transport.send(next, m % 2, data, data.length);
    }
    for (int tag = 1; tag >= 0; tag--) {
      for (int m = tag; m < MESSAGES; m += 2) {
        transport.receive(last, tag, data, data.length);
        float sent = last * 1000 + m;
        expect("message " + m, data, filled(data.length, i -> sent));
      }
    }
  }

  /** Both ways at once, which would block if sends waited. */
  private static void largeMessages(Transport transport) {
    int me = transport.rank();
    int peer = me ^ 1;
    if (peer < transport.ranks()) {
      float[] data = filled(1 << 20, i -> element(me, 7, i));
      transport.send(peer, 9, data, data.length);
      Arrays.fill(data, -1);
      transport.receive(peer, 9, data, data.length);
      expect("large", data, filled(data.length, i -> element(peer, 7, i)));
    }
  }

  /** Sums that round are bitwise the same on all ranks. */
  private static void roundsAgree(Transport transport) {
    int me = transport.rank();
    Group world = group(IntStream.range(0, transport.ranks()));
    for (int count : new int[] {7, 1000, LARGE}) {
      float[] data = filled(count, i -> (float) Math.sin(me * 31.7 + i));
      transport.allReduce(world, data, count, Combine.SUM);
      float[] first = data.clone();
      transport.broadcast(world, 0, first, count);
      expect("rounding", data, first);
    }
  }

  /** Integers, so that sums are exact in any order. */
  private static float element(int rank, int salt, int i) {
    return (rank * 37 + salt * 11 + i * 7) % 1001 - 500;
  }

  private static float sum(Group group, int salt, int i) {
    return (float) group.ranks().stream().mapToDouble(rank -> element(rank, salt, i)).sum();
  }

  private static float max(Group group, int salt, int i) {
    return (float)
        group.ranks().stream().mapToDouble(rank -> element(rank, salt, i)).max().orElseThrow();
  }

  private interface Element {
    float at(int i);
  }

  private static float[] filled(int count, Element element) {
    float[] data = new float[count];
    for (int i = 0; i < count; i++) {
      data[i] = element.at(i);
    }
    return data;
  }

  private static void expect(String what, float[] actual, float[] expected) {
    int at = Arrays.mismatch(actual, expected);
    if (at >= 0) {
      throw new IllegalStateException(
          what + ": element " + at + " is " + actual[at] + ", not " + expected[at]);
    }
  }
}
