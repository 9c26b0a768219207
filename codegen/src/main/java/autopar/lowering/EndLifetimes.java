package autopar.lowering;

import autopar.program.Buffer;
import autopar.program.Instruction;
import autopar.program.StageProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Frees every buffer right after its last use. A sum whose operand ends there takes its memory
 * over.
 */
final class EndLifetimes {

  private final List<Buffer> buffers;

  EndLifetimes(List<Buffer> buffers) {
    this.buffers = buffers;
  }

  /** The code of a chunk; what forward makes and backward reads lives in between. */
  StageProgram.Chunk of(List<Instruction> forward, List<Instruction> backward) {
    List<Instruction> all = new ArrayList<>(forward);
    all.addAll(backward);
    Map<Integer, Integer> last = lastUses(all);
    return new StageProgram.Chunk(
        ended(all, last, 0, forward.size()), ended(all, last, forward.size(), all.size()));
  }

  /** Code that runs by itself. */
  List<Instruction> of(List<Instruction> code) {
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
      ending.removeIf(b -> last.get(b) != at || buffers.get(b).lifetime() == Buffer.Lifetime.RUN);
      if (instruction instanceof Instruction.AllReduce sum && ending.remove(sum.from())) {
        instruction =
            new Instruction.AllReduce(sum.from(), sum.to(), sum.mask(), sum.combine(), true);
      }
      out.add(instruction);
      ending.forEach(b -> out.add(new Instruction.Free(b)));
    }
    return out;
  }
}
