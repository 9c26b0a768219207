package autopar.lowering;

import autopar.ir.op.StatisticsRounds.Combine;
import autopar.program.Buffer;
import autopar.program.DimSplit;
import autopar.program.Instruction;
import autopar.program.Layout;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Brings a tensor from one layout to another by the cheapest order of collectives: slices first
 * (they shrink what moves), then sums, exchanges, and gathers last (they grow it). This is the
 * order in which the planner prices reshards. At most one collective per axis and kind.
 */
final class Reshard {

  /** One step of a route: the layout it leads to and the instruction that takes it there. */
  private record Step(Layout layout, Write write) {}

  @FunctionalInterface
  private interface Write {
    Instruction from(int from, int to);
  }

  private final StageWriter writer;

  Reshard(StageWriter writer) {
    this.writer = writer;
  }

  /** A buffer that holds {@code from} in {@code target}; {@code from} itself where it does so. */
  int to(int from, Layout target) {
    return run(from, target, OptionalInt.empty());
  }

  /** Brings {@code from} into the buffer {@code into}, in whose layout it then lies. */
  void into(int from, int into) {
    Layout target = writer.layout(into);
    if (writer.layout(from).equals(target)) {
      writer.emit(new Instruction.Copy(from, into));
    } else {
      run(from, target, OptionalInt.of(into));
    }
  }

  private int run(int from, Layout target, OptionalInt into) {
    int current = from;
    while (!writer.layout(current).equals(target)) {
      Buffer buffer = writer.buffer(current);
      Step step = next(buffer.layout(), target);
      boolean last = step.layout().equals(target);
      int to =
          last && into.isPresent()
              ? into.getAsInt()
              : writer.buffer(buffer.name(), buffer.type(), buffer.dtype(), step.layout());
      writer.emit(step.write().from(current, to));
      current = to;
    }
    return current;
  }

  private Step next(Layout now, Layout target) {
    return slice(now, target)
        .or(() -> reduceScatter(now, target))
        .or(() -> allReduce(now, target))
        .or(() -> allToAll(now, target))
        .or(() -> allGather(now, target))
        .orElseGet(() -> keepFirst(now, target));
  }

  /** The next axis of a dimension whose split is a prefix of the wanted one, or -1. */
  private static int nextAxis(Layout now, Layout target, int d) {
    DimSplit have = now.dims().get(d);
    DimSplit want = target.dims().get(d);
    boolean open = have.isPrefixOf(want) && have.axes().size() < want.axes().size();
    return open ? want.axes().get(have.axes().size()) : -1;
  }

  private static Layout grown(Layout now, Layout target, int d) {
    return now.with(d, target.dims().get(d).prefix(now.dims().get(d).axes().size() + 1));
  }

  private static Optional<Step> slice(Layout now, Layout target) {
    Layout sliced = now;
    boolean again = true;
    while (again) {
      again = false;
      for (int d = 0; d < now.dims().size(); d++) {
        int axis = nextAxis(sliced, target, d);
        if (axis >= 0 && ((sliced.splitAxes() | sliced.partial()) & 1 << axis) == 0) {
          sliced = grown(sliced, target, d);
          again = true;
        }
      }
    }
    return sliced.equals(now)
        ? Optional.empty()
        : Optional.of(new Step(sliced, Instruction.Slice::new));
  }

  private static Optional<Step> reduceScatter(Layout now, Layout target) {
    for (int d = 0; d < now.dims().size(); d++) {
      int axis = nextAxis(now, target, d);
      if (axis >= 0 && (now.partial() & 1 << axis) != 0) {
        int dim = d;
        Layout scattered = grown(now, target, d).withPartial(now.partial() & ~(1 << axis));
        return Optional.of(
            new Step(scattered, (from, to) -> new Instruction.ReduceScatter(from, to, axis, dim)));
      }
    }
    return Optional.empty();
  }

  private static Optional<Step> allReduce(Layout now, Layout target) {
    int mask = now.partial() & ~target.partial();
    return mask == 0
        ? Optional.empty()
        : Optional.of(
            new Step(
                now.withPartial(now.partial() & ~mask),
                (from, to) -> new Instruction.AllReduce(from, to, mask, Combine.SUM, false)));
  }

  private static Optional<Step> allToAll(Layout now, Layout target) {
    for (int d = 0; d < now.dims().size(); d++) {
      DimSplit have = now.dims().get(d);
      if (have.isPrefixOf(target.dims().get(d))) {
        continue;
      }
      int axis = have.axes().getLast();
      for (int other = 0; other < now.dims().size(); other++) {
        if (other != d && nextAxis(now, target, other) == axis) {
          int fromDim = d;
          int toDim = other;
          Layout moved = grown(now, target, other);
          return Optional.of(
              new Step(
                  moved.with(d, have.withoutLast()),
                  (from, to) -> new Instruction.AllToAll(from, to, axis, fromDim, toDim)));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Step> allGather(Layout now, Layout target) {
    for (int d = 0; d < now.dims().size(); d++) {
      DimSplit have = now.dims().get(d);
      if (!have.isPrefixOf(target.dims().get(d))) {
        int dim = d;
        int axis = have.axes().getLast();
        return Optional.of(
            new Step(
                now.with(d, have.withoutLast()),
                (from, to) -> new Instruction.AllGather(from, to, axis, dim)));
      }
    }
    return Optional.empty();
  }

  /** What is left are copies that are wanted as summands. */
  private static Step keepFirst(Layout now, Layout target) {
    int mask = target.partial() & ~now.partial();
    return new Step(
        now.withPartial(target.partial()), (from, to) -> new Instruction.KeepFirst(from, to, mask));
  }
}
