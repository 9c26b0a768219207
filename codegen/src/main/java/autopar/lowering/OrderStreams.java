package autopar.lowering;

import autopar.lowering.SharedUses.Part;
import autopar.program.Instruction;
import autopar.program.StageProgram;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Orders the streams of a stage by events, and no more than its buffers ask for: whoever reads
 * waits for the write before, whoever writes or frees for all uses before, unless it follows from
 * what its stream has waited for already. O(instructions x streams).
 *
 * <p>Stretches of code that follow each other in any order (the passes of micro-batches, the
 * update) share only buffers of the run. Each of those that two streams use has an event of its own
 * per stream, recorded after the last use of every stretch. So the sum of a gradient over ranks
 * begins when that gradient is complete, while backward goes on.
 */
final class OrderStreams {

  private final StageProgram program;
  private final SharedUses shared;
  private int events;

  private OrderStreams(StageProgram program) {
    this.program = program;
    this.shared = new SharedUses(program, this::event);
  }

  private int event() {
    return events++;
  }

  /** The program with its events. */
  static StageProgram of(StageProgram program) {
    return new OrderStreams(program).ordered();
  }

  private StageProgram ordered() {
    StreamWeaver begin = weaver(Part.BEGIN, program.begin());
    // Of one micro-batch backward follows forward, whatever other passes come in between.
    List<StreamWeaver> chunks =
        program.chunks().stream().map(c -> weaver(Part.PASSES, c.forward(), c.backward())).toList();
    StreamWeaver update = weaver(Part.UPDATE, program.update());
    Set<Integer> awaited = new HashSet<>(begin.awaited());
    awaited.addAll(update.awaited());
    chunks.forEach(c -> awaited.addAll(c.awaited()));
    return new StageProgram(
        program.index(),
        program.mesh(),
        program.buffers(),
        program.parameters(),
        begin.woven(awaited).getFirst(),
        chunks.stream().map(c -> chunk(c.woven(awaited))).toList(),
        update.woven(awaited).getFirst(),
        program.loss());
  }

  @SafeVarargs
  private StreamWeaver weaver(Part part, List<Instruction>... stretches) {
    StreamWeaver weaver = new StreamWeaver(program, shared, this::event);
    for (List<Instruction> stretch : stretches) {
      weaver.read(stretch, part);
    }
    return weaver;
  }

  private static StageProgram.Chunk chunk(List<List<Instruction>> woven) {
    return new StageProgram.Chunk(woven.getFirst(), woven.getLast());
  }
}
