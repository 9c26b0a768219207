package autopar.lowering;

import autopar.program.Buffer;
import autopar.program.Instruction;
import autopar.program.StageProgram;
import autopar.program.Stream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Frees every buffer right after its last use, on the stream of that use. A sum whose operand ends
 * there takes its memory over.
 */
final class EndLifetimes {

  private final StageProgram program;

  private EndLifetimes(StageProgram program) {
    this.program = program;
  }

  /** The program with the ends of what its passes and its update make. */
  static StageProgram of(StageProgram program) {
    EndLifetimes ends = new EndLifetimes(program);
    return new StageProgram(
        program.index(),
        program.mesh(),
        program.buffers(),
        program.parameters(),
        program.begin(),
        program.chunks().stream().map(c -> ends.of(c.forward(), c.backward())).toList(),
        ends.of(program.update()),
        program.loss());
  }

  /** The code of a chunk; what forward makes and backward reads lives in between. */
  private StageProgram.Chunk of(List<Instruction> forward, List<Instruction> backward) {
    List<Instruction> all = new ArrayList<>(forward);
    all.addAll(backward);
    Map<Integer, Integer> last = lastUses(all);
    return new StageProgram.Chunk(
        ended(all, last, 0, forward.size()), ended(all, last, forward.size(), all.size()));
  }

  /** Code that runs by itself. */
  private List<Instruction> of(List<Instruction> code) {
    return ended(code, lastUses(code), 0, code.size());
  }

  private Map<Integer, Integer> lastUses(List<Instruction> code) {
    Map<Integer, Integer> last = new HashMap<>();
    for (int i = 0; i < code.size(); i++) {
      for (int buffer : code.get(i).reads()) {
        last.put(buffer, i);
      }
      for (int buffer : code.get(i).writes()) {
        last.put(buffer, i);
      }
    }
    return last;
  }

  private List<Instruction> ended(
      List<Instruction> code, Map<Integer, Integer> last, int from, int to) {
    List<Instruction> out = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Instruction instruction = code.get(i);
      Set<Integer> ending = new TreeSet<>();
      for (int buffer : instruction.reads()) {
        ending.add(buffer);
      }
      ending.addAll(instruction.writes());
      int at = i;
      ending.removeIf(
          b -> last.get(b) != at || program.buffer(b).lifetime() == Buffer.Lifetime.RUN);
      if (instruction instanceof Instruction.AllReduce sum && ending.remove(sum.from())) {
        instruction =
            new Instruction.AllReduce(sum.from(), sum.to(), sum.mask(), sum.combine(), true);
      }
      out.add(instruction);
      Stream on = Stream.of(instruction, program);
      ending.forEach(b -> out.add(new Instruction.Free(b, on)));
    }
    return out;
  }
}
