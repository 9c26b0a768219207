package autopar.program;

import autopar.program.Buffer.Place;

/**
 * A queue of a device. Instructions of one stream run in the order of the program; those of
 * different streams run side by side, unless an {@link Instruction.RecordEvent} of the one and an
 * {@link Instruction.WaitEvent} of the other order them.
 *
 * <p>All work of a step is done before the next step begins, since the host waits for the loss.
 */
public enum Stream {
  /** Kernels. */
  COMPUTE,
  /** Collectives inside a stage, in one order on all ranks. */
  COLLECTIVE,
  /** Messages to other stages. */
  SEND,
  /** Messages from other stages, and handing them on inside a host. */
  RECEIVE,
  /** Copies between the memories of device and host. */
  COPY,
  /** What the host's processor does in its own memory: offloaded updates. */
  HOST;

  /** Where {@code instruction} of {@code program} runs. */
  public static Stream of(Instruction instruction, StageProgram program) {
    return switch (instruction) {
      case Instruction.AllReduce i -> COLLECTIVE;
      case Instruction.ReduceScatter i -> COLLECTIVE;
      case Instruction.AllGather i -> COLLECTIVE;
      case Instruction.AllToAll i -> COLLECTIVE;
      case Instruction.Send i -> SEND;
      case Instruction.Receive i -> RECEIVE;
      case Instruction.ToHost i -> COPY;
      case Instruction.ToDevice i -> COPY;
      case Instruction.Free i -> i.on();
      case Instruction.RecordEvent i -> i.on();
      case Instruction.WaitEvent i -> i.on();
      case Instruction.Copy i -> processor(program, i.to());
      case Instruction.Update i -> processor(program, i.weight());
      case Instruction.Launch i -> COMPUTE;
      case Instruction.Statistics i -> COMPUTE;
      case Instruction.Finish i -> COMPUTE;
      case Instruction.Slice i -> COMPUTE;
      case Instruction.KeepFirst i -> COMPUTE;
      case Instruction.Load i -> COMPUTE;
      case Instruction.Fill i -> COMPUTE;
      case Instruction.Accumulate i -> COMPUTE;
      case Instruction.Moments i -> COMPUTE;
      case Instruction.Decay i -> COMPUTE;
    };
  }

  private static Stream processor(StageProgram program, int buffer) {
    return program.buffer(buffer).place() == Place.HOST ? HOST : COMPUTE;
  }
}
