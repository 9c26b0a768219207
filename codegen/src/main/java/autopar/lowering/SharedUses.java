package autopar.lowering;

import autopar.program.Buffer.Lifetime;
import autopar.program.Instruction;
import autopar.program.StageProgram;
import autopar.program.Stream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Which streams use the buffers of the run in which stretches of a step, and the events that order
 * those uses across stretches.
 */
final class SharedUses {

  /** A stretch of a step. */
  enum Part {
    BEGIN,
    PASSES,
    UPDATE;

    /** May code of {@code other} run before code of this part, in one step? */
    boolean follows(Part other) {
      return ordinal() > other.ordinal() || this == PASSES && other == PASSES;
    }
  }

  private record Use(int buffer, Part part, Stream stream) {}

  private record Order(int buffer, Stream stream) {}

  private final StageProgram program;

  /** By use: does it write? */
  private final Map<Use, Boolean> uses = new HashMap<>();

  private final Map<Order, Integer> events = new HashMap<>();
  private final IntSupplier numbers;

  SharedUses(StageProgram program, IntSupplier numbers) {
    this.program = program;
    this.numbers = numbers;
    program.begin().forEach(i -> note(i, Part.BEGIN));
    for (StageProgram.Chunk chunk : program.chunks()) {
      chunk.forward().forEach(i -> note(i, Part.PASSES));
      chunk.backward().forEach(i -> note(i, Part.PASSES));
    }
    program.update().forEach(i -> note(i, Part.UPDATE));
  }

  private void note(Instruction instruction, Part part) {
    Stream stream = Stream.of(instruction, program);
    instruction.reads().forEach(b -> note(b, part, stream, false));
    instruction.writes().forEach(b -> note(b, part, stream, true));
  }

  private void note(int buffer, Part part, Stream stream, boolean writes) {
    if (program.buffer(buffer).lifetime() == Lifetime.RUN) {
      uses.merge(new Use(buffer, part, stream), writes, Boolean::logicalOr);
    }
  }

  /** The streams whose uses in stretches before a use has to wait for. */
  List<Stream> before(int buffer, Part part, Stream stream, boolean writes) {
    List<Stream> found = new ArrayList<>();
    for (Stream other : Stream.values()) {
      boolean waits = false;
      for (Part earlier : Part.values()) {
        waits |= part.follows(earlier) && disagree(buffer, stream, writes, earlier, other);
      }
      if (waits) {
        found.add(other);
      }
    }
    return found;
  }

  /** Does another stream have to wait for a use in a later stretch? */
  boolean isAwaited(int buffer, Part part, Stream stream, boolean writes) {
    for (Stream other : Stream.values()) {
      for (Part later : Part.values()) {
        if (later.follows(part)
            && disagree(buffer, stream, writes, later, other)
            && !usedBetween(buffer, part, stream, writes, later)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Does the stream use the buffer again before {@code later}, in a way that whoever disagrees with
   * this use waits for too?
   */
  private boolean usedBetween(int buffer, Part part, Stream stream, boolean writes, Part later) {
    for (Part between : Part.values()) {
      Boolean again =
          between.ordinal() > part.ordinal() && between.ordinal() < later.ordinal()
              ? uses.get(new Use(buffer, between, stream))
              : null;
      if (again != null && (again || !writes)) {
        return true;
      }
    }
    return false;
  }

  private boolean disagree(int buffer, Stream stream, boolean writes, Part part, Stream other) {
    Boolean theirs = other == stream ? null : uses.get(new Use(buffer, part, other));
    return theirs != null && (writes || theirs);
  }

  /** The event after the last use of a buffer by a stream in every stretch. */
  int event(int buffer, Stream stream) {
    return events.computeIfAbsent(new Order(buffer, stream), o -> numbers.getAsInt());
  }
}
