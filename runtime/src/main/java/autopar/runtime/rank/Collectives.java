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
 * Collectives on blocks: uneven shards are packed into equal parts of the longest, sent, and
 * unpacked.
 */
final class Collectives {

  private final StageProgram program;
  private final LocalMemory memory;
  private final Transport transport;
  private final int position;
  private final Map<Integer, Group> groups = new HashMap<>();
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

  void allGather(Instruction.AllGather step, long batch, float[] from, float[] to) {
    Group group = group(1 << step.axis());
    int[] members = members(group);
    int count = longest(step.from(), batch, members);
    float[] block = sent.of(count);
    System.arraycopy(from, 0, block, 0, from.length);
    float[] all = received.of(count * members.length);
    transport.allGather(group, block, count, all);
    Box whole = memory.box(step.to(), batch, position);
    for (int i = 0; i < members.length; i++) {
      Box part = memory.box(step.from(), batch, members[i]);
      BoxCopy.copy(part, all, i * count, part, to, 0, whole);
    }
  }

  void reduceScatter(Instruction.ReduceScatter step, long batch, float[] from, float[] to) {
    Group group = group(1 << step.axis());
    int[] members = members(group);
    int count = longest(step.to(), batch, members);
    float[] all = sent.of(count * members.length);
    Box whole = memory.box(step.from(), batch, position);
    for (int i = 0; i < members.length; i++) {
      Box part = memory.box(step.to(), batch, members[i]);
      BoxCopy.copy(part, from, 0, whole, all, i * count, part);
    }
    float[] block = received.of(count);
    transport.reduceScatter(group, all, count, block);
    System.arraycopy(block, 0, to, 0, to.length);
  }

  void allToAll(Instruction.AllToAll step, long batch, float[] from, float[] to) {
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
    float[] send = sent.of(count * members.length);
    for (int i = 0; i < members.length; i++) {
      Box piece = mine.and(memory.box(step.to(), batch, members[i]));
      BoxCopy.copy(piece, from, 0, mine, send, i * count, piece);
    }
    float[] arrived = received.of(count * members.length);
    transport.allToAll(group, send, count, arrived);
    for (int i = 0; i < members.length; i++) {
      Box piece = memory.box(step.from(), batch, members[i]).and(wanted);
      BoxCopy.copy(piece, arrived, i * count, piece, to, 0, wanted);
    }
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
