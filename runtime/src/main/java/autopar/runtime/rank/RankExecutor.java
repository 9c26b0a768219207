package autopar.runtime.rank;

import autopar.program.Box;
import autopar.program.Instruction;
import autopar.program.InstructionText;
import autopar.program.ParameterSlot;
import autopar.program.ProgramBundle;
import autopar.program.StageProgram;
import autopar.program.Stream;
import autopar.runtime.InitialValues;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.StepData;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.FloatTensor;
import autopar.schedule.Pass;
import autopar.schedule.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Runs the program of one rank, step by step. */
public final class RankExecutor {

  /** What every rank of a run shares. */
  public record Run(
      ProgramBundle bundle,
      StepData data,
      OptimizerSettings settings,
      long seed,
      RankObserver observer) {}

  private final RankParts parts;
  private final int rank;
  private final StreamQueues streams;
  private final List<Pass> passes;
  private int step;

  /**
   * A rank of a run, with its parameters drawn and its optimizer states at zero.
   *
   * @param streams decides when instructions run
   */
  public RankExecutor(Run run, Transport transport, FloatKernels kernels, StreamQueues streams) {
    this.parts = RankParts.of(run, transport, kernels);
    this.rank = transport.rank();
    this.streams = streams;
    this.passes = run.bundle().order().passes(parts.program().index());
    parts.program().parameters().forEach(this::initialise);
  }

  /** Bytes that this rank has moved so far, by kind of instruction. */
  public Traffic traffic() {
    return parts.traffic();
  }

  /** World rank. */
  public int rank() {
    return rank;
  }

  /** What its stage runs. */
  public StageProgram program() {
    return parts.program();
  }

  private void initialise(ParameterSlot slot) {
    long key = InitialValues.key(parts.run().seed(), slot.name());
    draw(slot, slot.value(), key);
    slot.master().ifPresent(m -> draw(slot, m, key));
    List<Integer> zero = new ArrayList<>(slot.states());
    slot.gradient().ifPresent(zero::add);
    for (int buffer : zero) {
      parts.memory().put(buffer, 0, parts.memory().zeros(buffer, 1, parts.position()));
    }
  }

  private void draw(ParameterSlot slot, int buffer, long key) {
    FloatTensor tensor = parts.memory().allocate(buffer, 1, parts.position());
    long[] whole = slot.type().shape().stream().mapToLong(e -> e.count()).toArray();
    BlockElements.forEach(
        parts.memory().box(buffer, 1, parts.position()),
        whole,
        (local, index) ->
            tensor.data()[local] = (float) InitialValues.element(slot.initializer(), key, index));
    NumberFormats.round(parts.program().buffer(buffer).dtype(), tensor.data());
    parts.memory().put(buffer, 0, tensor);
  }

  /**
   * Runs step {@code index}, from 0.
   *
   * @return the loss of the step on ranks of the stage that computes it, elsewhere nothing
   */
  public OptionalDouble step(int index) {
    step = index;
    StageProgram program = parts.program();
    execute(program.begin(), 0);
    for (Pass pass : passes) {
      StageProgram.Chunk chunk = program.chunks().get(pass.chunk());
      execute(
          pass.phase() == Phase.FORWARD ? chunk.forward() : chunk.backward(), pass.microBatch());
    }
    execute(program.update(), 0);
    streams.finish();
    for (int m = 0; m < parts.run().bundle().order().microBatches(); m++) {
      parts.memory().end(m);
    }
    return program.loss().isPresent()
        ? OptionalDouble.of(held(program.loss().getAsInt())[0])
        : OptionalDouble.empty();
  }

  /** What a buffer of the run holds. */
  public float[] held(int buffer) {
    return parts.memory().get(buffer, 0).data();
  }

  /** Overwrites a buffer of the run. */
  public void restore(int buffer, float[] data) {
    FloatTensor tensor = parts.memory().allocate(buffer, 1, parts.position());
    System.arraycopy(data, 0, tensor.data(), 0, tensor.data().length);
    parts.memory().put(buffer, 0, tensor);
  }

  /** The block of a buffer of the run that this rank holds. */
  public Box box(int buffer) {
    return parts.memory().box(buffer, 1, parts.position());
  }

  private void execute(List<Instruction> code, int microBatch) {
    PassExecutor pass = new PassExecutor(parts, step, microBatch);
    for (int i = 0; i < code.size(); ) {
      int count = Math.max(1, Instruction.together(code, i).size());
      List<Instruction> unit = code.subList(i, i + count);
      switch (unit.getFirst()) {
        case Instruction.RecordEvent event -> streams.record(event.event(), event.on());
        case Instruction.WaitEvent event -> streams.await(event.event(), event.on());
        default ->
            streams.run(Stream.of(unit.getFirst(), parts.program()), () -> execute(pass, unit));
      }
      i += count;
    }
  }

  private void execute(PassExecutor pass, List<Instruction> unit) {
    Instruction first = unit.getFirst();
    parts.run().observer().at(step, first, () -> InstructionText.of(first, parts.program()));
    pass.execute(unit);
  }
}
