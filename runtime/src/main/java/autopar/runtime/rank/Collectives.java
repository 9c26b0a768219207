package autopar.runtime.rank;

import autopar.ir.op.StatisticsRounds.Combine;
import autopar.program.Box;
import autopar.program.Instruction;
import autopar.program.StageProgram;
import autopar.runtime.kernel.FloatTensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Collectives on blocks: shards that do not lie one after the other in the whole, or are uneven,
 * are packed into equal parts of the longest, sent, and unpacked. What goes where is worked out at
 * the first call: a rank that has just got its turn finds caches cold, and would pay dearly for it.
 */
final class Collectives {

  private final StageProgram program;
  private final LocalMemory memory;
  private final Transport transport;
  private final int position;
  private final Map<Integer, Group> groups = new HashMap<>();
  private final Map<Call, Pieces> pieces = new HashMap<>();
  private final Map<Call, Swap> swaps = new HashMap<>();
  private final Scratch sent = new Scratch();
  private final Scratch received = new Scratch();

  Collectives(StageProgram program, LocalMemory memory, Transport transport, int position) {
    this.program = program;
    this.memory = memory;
    this.transport = transport;
    this.position = position;
  }

  /**
   * The ranks that differ from this one along the axes in {@code mask}. They ascend whatever order
   * the mesh takes them in, as a stage on several columns of hosts does not.
   */
  Group group(int mask) {
    return groups.computeIfAbsent(
        mask, m -> new Group(program.mesh().group(m, position).stream().sorted().toList()));
  }

  /** Sums (or takes the maximum of) {@code data} in place. */
  void allReduce(int mask, FloatTensor data, Combine combine) {
    transport.allReduce(group(mask), data.data(), data.data().length, combine);
  }

  /** Sums several tensors in place, in one collective. */
  void allReduce(int mask, List<FloatTensor> tensors) {
    int length = tensors.stream().mapToInt(FloatTensor::size).sum();
    float[] joined = sent.of(length);
    int at = 0;
    for (FloatTensor tensor : tensors) {
      System.arraycopy(tensor.data(), 0, joined, at, tensor.size());
      at += tensor.size();
    }
    transport.allReduce(group(mask), joined, length, Combine.SUM);
    at = 0;
    for (FloatTensor tensor : tensors) {
      System.arraycopy(joined, at, tensor.data(), 0, tensor.size());
      at += tensor.size();
    }
  }

  /**
   * Between parts and the whole that they make up.
   *
   * @param count elements of the longest part
   * @param parts the ways of the parts, whose own arrays are dense
   * @param inOrder whether the whole is its parts, all of {@code count}, one after the other
   */
  private record Pieces(Group group, int count, BoxMove[] parts, boolean inOrder) {
    int total() {
      return count * parts.length;
    }
  }

  /** Of one all-to-all: what this rank sends each member, and what it gets from each. */
  private record Swap(Group group, int count, BoxMove[] sent, BoxMove[] received) {}

  private record Call(Instruction step, long batch) {}

  void allGather(Instruction.AllGather step, long batch, float[] from, float[] to) {
    Pieces known =
        pieces.computeIfAbsent(
            new Call(step, batch), c -> pieces(step.axis(), step.from(), step.to(), batch, true));
    if (known.inOrder()) {
      transport.allGather(known.group(), from, known.count(), to);
      return;
    }
    float[] block = sent.of(known.count());
    System.arraycopy(from, 0, block, 0, from.length);
    float[] all = received.of(known.total());
    transport.allGather(known.group(), block, known.count(), all);
    for (int i = 0; i < known.parts().length; i++) {
      known.parts()[i].copy(all, i * known.count(), to, 0);
    }
  }

  void reduceScatter(Instruction.ReduceScatter step, long batch, float[] from, float[] to) {
    Pieces known =
        pieces.computeIfAbsent(
            new Call(step, batch), c -> pieces(step.axis(), step.to(), step.from(), batch, false));
    if (known.inOrder()) {
      transport.reduceScatter(known.group(), from, known.count(), to);
      return;
    }
    float[] all = sent.of(known.total());
    for (int i = 0; i < known.parts().length; i++) {
      known.parts()[i].copy(from, 0, all, i * known.count());
    }
    float[] block = received.of(known.count());
    transport.reduceScatter(known.group(), all, known.count(), block);
    System.arraycopy(block, 0, to, 0, to.length);
  }

  /**
   * The ways of the parts that a buffer of each member holds.
   *
   * @param gathered whether the parts go into the whole, or come out of it
   */
  private Pieces pieces(int axis, int part, int whole, long batch, boolean gathered) {
    Group group = group(1 << axis);
    int[] members = members(group);
    int count = longest(part, batch, members);
    Box all = memory.box(whole, batch, position);
    BoxMove[] ways = new BoxMove[members.length];
    boolean inOrder = true;
    for (int i = 0; i < members.length; i++) {
      Box own = memory.box(part, batch, members[i]);
      ways[i] = gathered ? BoxMove.of(own, own, all) : BoxMove.of(own, all, own);
      inOrder &= BoxMove.of(own, own, all).writesRow(i * count, count);
    }
    return new Pieces(group, count, ways, inOrder);
  }

  void allToAll(Instruction.AllToAll step, long batch, float[] from, float[] to) {
    Swap swap = swaps.computeIfAbsent(new Call(step, batch), c -> swapped(step, batch));
    int members = swap.sent().length;
    float[] send = sent.of(swap.count() * members);
    for (int i = 0; i < members; i++) {
      swap.sent()[i].copy(from, 0, send, i * swap.count());
    }
    float[] arrived = received.of(swap.count() * members);
    transport.allToAll(swap.group(), send, swap.count(), arrived);
    for (int i = 0; i < members; i++) {
      swap.received()[i].copy(arrived, i * swap.count(), to, 0);
    }
  }

  private Swap swapped(Instruction.AllToAll step, long batch) {
    Group group = group(1 << step.axis());
    int[] members = members(group);
    Box mine = memory.box(step.from(), batch, position);
    Box wanted = memory.box(step.to(), batch, position);
    int count = 0;
    for (int sender : members) {
      for (int receiver : members) {
        Box piece =
            memory.box(step.from(), batch, sender).and(memory.box(step.to(), batch, receiver));
        count = Math.max(count, Math.toIntExact(piece.elements()));
      }
    }
    BoxMove[] send = new BoxMove[members.length];
    BoxMove[] receive = new BoxMove[members.length];
    for (int i = 0; i < members.length; i++) {
      Box there = mine.and(memory.box(step.to(), batch, members[i]));
      Box back = memory.box(step.from(), batch, members[i]).and(wanted);
      send[i] = BoxMove.of(there, mine, there);
      receive[i] = BoxMove.of(back, back, wanted);
    }
    return new Swap(group, count, send, receive);
  }

  private int[] members(Group group) {
    return group.ranks().stream().mapToInt(program.mesh().ranks()::indexOf).toArray();
  }

  private int longest(int buffer, long batch, int[] members) {
    long longest = 0;
    for (int member : members) {
      longest = Math.max(longest, memory.box(buffer, batch, member).elements());
    }
    return Math.toIntExact(longest);
  }
}
