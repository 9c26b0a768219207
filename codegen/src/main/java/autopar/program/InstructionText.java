package autopar.program;

import autopar.ir.op.OpText;
import autopar.program.Buffer.Lifetime;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The text form of instructions, for people:
 *
 * <pre>
 *   decoder.3.q[data, -, tensor, -] = einsum("bsh,hnd->bsnd", decoder.3.h, decoder.3.wq)
 *   decoder.3.h[data, -, -] = all_gather(decoder.3.h[data, tensor, -], tensor)
 * </pre>
 */
public final class InstructionText {

  private final StageProgram program;

  private InstructionText(StageProgram program) {
    this.program = program;
  }

  /** One line. */
  public static String of(Instruction instruction, StageProgram program) {
    return new InstructionText(program).line(instruction);
  }

  private String line(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Launch i ->
          typed(i.results()) + " = " + OpText.expression(i.kernel().op(), names(i.operands()));
      case Instruction.Statistics i ->
          typed(i.result())
              + " = statistics "
              + i.round()
              + " of "
              + OpText.expression(i.kernel().op(), names(i.operands()));
      case Instruction.Finish i ->
          typed(i.results())
              + " = "
              + OpText.expression(i.kernel().op(), names(i.operands()))
              + " with "
              + String.join(", ", names(i.statistics()));
      case Instruction.AllReduce i ->
          assign(
              i.to(), "all_reduce", i.from(), axes(i.mask()) + (i.inPlace() ? ", in place" : ""));
      case Instruction.ReduceScatter i ->
          assign(i.to(), "reduce_scatter", i.from(), axes(1 << i.axis()));
      case Instruction.AllGather i -> assign(i.to(), "all_gather", i.from(), axes(1 << i.axis()));
      case Instruction.AllToAll i -> assign(i.to(), "all_to_all", i.from(), axes(1 << i.axis()));
      case Instruction.Slice i -> typed(i.to()) + " = slice(" + typed(i.from()) + ")";
      case Instruction.KeepFirst i -> assign(i.to(), "keep_first", i.from(), axes(i.mask()));
      case Instruction.Load i -> typed(i.to()) + " = load(" + i.input() + ")";
      case Instruction.Fill i ->
          typed(i.to())
              + " = "
              + switch (i.content()) {
                case ZERO -> "0";
                case MICRO_BATCH_WEIGHT -> "weight of the micro-batch";
              };
      case Instruction.Accumulate i ->
          name(i.to()) + " += " + (i.weighted() ? "weight * " : "") + name(i.from());
      case Instruction.Copy i ->
          typed(i.to())
              + " = "
              + program.buffer(i.to()).dtype().text()
              + "("
              + name(i.from())
              + ")";
      case Instruction.Send i -> "send(" + name(i.from()) + ") as transfer " + i.transfer();
      case Instruction.Receive i -> typed(i.to()) + " = receive(transfer " + i.transfer() + ")";
      case Instruction.Update i ->
          "update("
              + name(i.weight())
              + ", "
              + name(i.gradient())
              + ", "
              + String.join(", ", names(i.states()))
              + (i.moments().isEmpty() ? "" : " with " + String.join(", ", names(i.moments())))
              + ")";
      case Instruction.Moments i ->
          typed(i.result())
              + " = moments "
              + i.kind().name().toLowerCase(Locale.ROOT)
              + "("
              + String.join(", ", names(i.operands()))
              + ")";
      case Instruction.ToHost i -> typed(i.to()) + " = to_host(" + name(i.from()) + ")";
      case Instruction.ToDevice i -> typed(i.to()) + " = to_device(" + name(i.from()) + ")";
      case Instruction.Decay i ->
          "decay("
              + String.join(", ", names(i.states()))
              + ") towards "
              + String.join(", ", names(i.sums()));
      case Instruction.Free i -> "free(" + typed(i.buffer()) + ")";
      case Instruction.RecordEvent i -> "record(event " + i.event() + ")";
      case Instruction.WaitEvent i -> "wait(event " + i.event() + ")";
    };
  }

  private String assign(int to, String call, int from, String axes) {
    return typed(to) + " = " + call + "(" + typed(from) + ", " + axes + ")";
  }

  private String axes(int mask) {
    return program.mesh().names(mask);
  }

  private String name(int buffer) {
    return program.buffer(buffer).name();
  }

  private List<String> names(List<Integer> buffers) {
    return buffers.stream().map(this::name).toList();
  }

  private String typed(List<Integer> buffers) {
    return buffers.stream().map(this::typed).collect(Collectors.joining(", "));
  }

  private String typed(int id) {
    Buffer buffer = program.buffer(id);
    if (buffer.lifetime() == Lifetime.RUN && buffer.layout().dims().isEmpty()) {
      return buffer.name();
    }
    String dims =
        buffer.layout().dims().stream()
            .map(d -> d.axes().isEmpty() ? "-" : program.mesh().names(d.axes()))
            .collect(Collectors.joining(", "));
    String partial =
        buffer.layout().isPartial()
            ? " partial " + program.mesh().names(buffer.layout().partial())
            : "";
    return buffer.name() + "[" + dims + "]" + partial;
  }
}
