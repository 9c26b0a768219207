package autopar.program;

import java.util.List;
import java.util.OptionalInt;

/**
 * What every rank of a stage runs: at the start of a step {@code begin}, then the passes of its
 * schedule, each the code of one chunk for one micro-batch, and {@code update} at the end.
 *
 * @param loss buffer that sums up the loss of the step, on the stage that computes it
 */
public record StageProgram(
    int index,
    StageMesh mesh,
    List<Buffer> buffers,
    List<ParameterSlot> parameters,
    List<Instruction> begin,
    List<Chunk> chunks,
    List<Instruction> update,
    OptionalInt loss) {

  /** The code of one model chunk for a micro-batch. */
  public record Chunk(List<Instruction> forward, List<Instruction> backward) {
    public Chunk {
      forward = List.copyOf(forward);
      backward = List.copyOf(backward);
    }
  }

  public StageProgram {
    buffers = List.copyOf(buffers);
    parameters = List.copyOf(parameters);
    begin = List.copyOf(begin);
    chunks = List.copyOf(chunks);
    update = List.copyOf(update);
  }

  public Buffer buffer(int id) {
    return buffers.get(id);
  }
}
