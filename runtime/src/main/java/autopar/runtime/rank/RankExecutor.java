package autopar.runtime.rank;

import autopar.diagnostics.CompilerBug;
import autopar.program.Box;
import autopar.program.Buffer;
import autopar.program.Instruction;
import autopar.program.InstructionText;
import autopar.program.ParameterSlot;
import autopar.program.ProgramBundle;
import autopar.program.StageProgram;
import autopar.runtime.InitialValues;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.Placement;
import autopar.runtime.StepData;
import autopar.runtime.StepWeights;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.FloatTensor;
import autopar.schedule.Pass;
import autopar.schedule.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Runs the program of one rank, instruction by instruction.
 *
 * <p>Kernels compute in fp32 on the blocks that the rank holds; what a buffer's number format
 * cannot hold is rounded away when it is written. Collectives and messages go through the
 * transport.
 */
public final class RankExecutor {

  /** What every rank of a run shares. */
  public record Run(
      ProgramBundle bundle,
      StepData data,
      OptimizerSettings settings,
      long seed,
      RankObserver observer) {}

  private final Run run;
  private final StageProgram program;
  private final int position;
  private final int[] axisSizes;
  private final int[] coordinates;
  private final LocalMemory memory;
  private final Collectives collectives;
  private final Transport transport;
  private final FloatKernels kernels;
  private final OptimizerStep optimizer;
  private final List<Pass> passes;
  private final Messages messages;
  private final Placements placements;
  private final Traffic traffic = new Traffic();

  private int step;
  private int microBatch;
  private long batch;

  /** A rank of a run, with its parameters drawn and its optimizer states at zero. */
  public RankExecutor(Run run, Transport transport, FloatKernels kernels) {
    this.run = run;
    this.transport = transport;
    this.kernels = kernels;
    int stage = run.bundle().stageOf(transport.rank());
    if (stage < 0) {
      throw new CompilerBug("RankExecutor", "rank " + transport.rank(), "it belongs to no stage");
    }
    this.program = run.bundle().stages().get(stage);
    this.position = program.mesh().ranks().indexOf(transport.rank());
    this.axisSizes = program.mesh().sizes();
    this.coordinates = program.mesh().coordinates(position);
    this.memory = new LocalMemory(program);
    this.placements = new Placements(run, axisSizes, coordinates);
    this.messages = new Messages(run.bundle(), program, transport, traffic);
    this.collectives = new Collectives(program, memory, transport, position);
    this.optimizer = new OptimizerStep(run.bundle().optimizer(), run.settings());
    this.passes = run.bundle().order().passes(stage);
    program.parameters().forEach(this::initialise);
  }

  /** Bytes that this rank has moved so far, by kind of instruction. */
  public Traffic traffic() {
    return traffic;
  }

  /** World rank. */
  public int rank() {
    return transport.rank();
  }

  /** What its stage runs. */
  public StageProgram program() {
    return program;
  }

  private void initialise(ParameterSlot slot) {
    long key = InitialValues.key(run.seed(), slot.name());
    draw(slot, slot.value(), key);
    slot.master().ifPresent(m -> draw(slot, m, key));
    List<Integer> zero = new ArrayList<>(slot.states());
    slot.gradient().ifPresent(zero::add);
    for (int buffer : zero) {
      memory.put(buffer, 0, memory.zeros(buffer, 1, position));
    }
  }

  private void draw(ParameterSlot slot, int buffer, long key) {
    FloatTensor tensor = memory.allocate(buffer, 1, position);
    long[] whole = slot.type().shape().stream().mapToLong(e -> e.count()).toArray();
    BlockElements.forEach(
        memory.box(buffer, 1, position),
        whole,
        (local, index) ->
            tensor.data()[local] = (float) InitialValues.element(slot.initializer(), key, index));
    store(buffer, tensor);
  }

  /**
   * Runs step {@code index}, from 0.
   *
   * @return the loss of the step on ranks of the stage that computes it, elsewhere nothing
   */
  public OptionalDouble step(int index) {
    step = index;
    microBatch = 0;
    batch = run.bundle().microBatch();
    execute(program.begin());
    for (Pass pass : passes) {
      microBatch = pass.microBatch();
      batch = run.bundle().samples(microBatch);
      StageProgram.Chunk chunk = program.chunks().get(pass.chunk());
      execute(pass.phase() == Phase.FORWARD ? chunk.forward() : chunk.backward());
    }
    for (int m = 0; m < run.bundle().order().microBatches(); m++) {
      memory.end(m);
    }
    microBatch = 0;
    batch = run.bundle().microBatch();
    execute(program.update());
    return program.loss().isPresent()
        ? OptionalDouble.of(memory.get(program.loss().getAsInt(), 0).data()[0])
        : OptionalDouble.empty();
  }

  /** What a buffer of the run holds. */
  public float[] held(int buffer) {
    return memory.get(buffer, 0).data();
  }

  /** Overwrites a buffer of the run. */
  public void restore(int buffer, float[] data) {
    FloatTensor tensor = memory.allocate(buffer, 1, position);
    System.arraycopy(data, 0, tensor.data(), 0, tensor.data().length);
    memory.put(buffer, 0, tensor);
  }

  /** The block of a buffer of the run that this rank holds. */
  public Box box(int buffer) {
    return memory.box(buffer, 1, position);
  }

  private void execute(List<Instruction> code) {
    for (int i = 0; i < code.size(); i++) {
      Instruction instruction = code.get(i);
      run.observer().at(step, instruction, () -> InstructionText.of(instruction, program));
      List<Instruction.AllReduce> together = Collectives.together(code, i);
      if (together.size() > 1) {
        allReduce(together);
        i += together.size() - 1;
      } else {
        execute(instruction);
      }
    }
  }

  private void execute(Instruction instruction) {
    switch (instruction) {
      case Instruction.Launch i -> launch(i);
      case Instruction.Statistics i -> {
        FloatTensor out = allocate(i.result());
        kernels.statistics(
            i.kernel().op(),
            i.round(),
            all(i.operands()),
            all(i.earlier()),
            out,
            placement(i.kernel()));
        store(i.result(), out);
      }
      case Instruction.Finish i -> {
        List<FloatTensor> out = i.results().stream().map(this::allocate).toList();
        kernels.finish(
            i.kernel().op(), all(i.operands()), all(i.statistics()), out, placement(i.kernel()));
        storeAll(i.results(), out);
      }
      case Instruction.AllReduce i -> allReduce(i);
      case Instruction.ReduceScatter i -> {
        FloatTensor out = allocate(i.to());
        collectives.reduceScatter(i, batch, get(i.from()).data(), out.data());
        traffic.add("reduce_scatter", bytes(i.from()));
        store(i.to(), out);
      }
      case Instruction.AllGather i -> {
        FloatTensor out = allocate(i.to());
        collectives.allGather(i, batch, get(i.from()).data(), out.data());
        traffic.add("all_gather", bytes(i.to()));
        store(i.to(), out);
      }
      case Instruction.AllToAll i -> {
        FloatTensor out = allocate(i.to());
        collectives.allToAll(i, batch, get(i.from()).data(), out.data());
        traffic.add("all_to_all", bytes(i.from()));
        store(i.to(), out);
      }
      case Instruction.Slice i -> {
        FloatTensor out = allocate(i.to());
        Box to = memory.box(i.to(), batch, position);
        Box from = memory.box(i.from(), batch, position);
        BoxCopy.copy(to, get(i.from()).data(), 0, from, out.data(), 0, to);
        store(i.to(), out);
      }
      case Instruction.KeepFirst i -> keepFirst(i);
      case Instruction.Load i -> load(i);
      case Instruction.Fill i -> {
        FloatTensor out = allocate(i.to());
        switch (i.content()) {
          case ZERO -> Arrays.fill(out.data(), 0);
          case MICRO_BATCH_WEIGHT -> Arrays.fill(out.data(), (float) weights().weight());
        }
        store(i.to(), out);
      }
      case Instruction.Accumulate i -> accumulate(i);
      case Instruction.Copy i -> copy(i.from(), i.to());
      // Ranks of CPUs have one memory.
      case Instruction.ToHost i -> copy(i.from(), i.to());
      case Instruction.ToDevice i -> copy(i.from(), i.to());
      case Instruction.Send i ->
          messages.send(i, batch, memory.box(i.from(), batch, position), get(i.from()).data());
      case Instruction.Receive i -> {
        FloatTensor out = allocate(i.to());
        messages.receive(i, batch, memory.box(i.to(), batch, position), out.data());
        store(i.to(), out);
      }
      case Instruction.Update i ->
          optimizer.update(
              step + 1,
              get(i.weight()).data(),
              get(i.gradient()),
              extents(i.gradient()),
              all(i.states()),
              all(i.moments()));
      case Instruction.Moments i -> {
        FloatTensor out = allocate(i.result());
        FactoredMoments.of(extents(i.operands().getFirst()))
            .sum(i.kind(), all(i.operands()), out.data());
        store(i.result(), out);
      }
      case Instruction.Decay i ->
          FactoredMoments.of(extents(i.gradient())).decay(step + 1, all(i.sums()), all(i.states()));
      case Instruction.Free i -> memory.free(i.buffer(), microBatch);
    }
  }

  /** Of the whole tensor, a parameter's or its gradient's. */
  private List<Long> extents(int buffer) {
    return program.buffer(buffer).type().shape().stream().map(e -> e.at(batch)).toList();
  }

  private void copy(int from, int to) {
    store(to, memory.copy(get(from)));
  }

  private FloatTensor get(int buffer) {
    return memory.get(buffer, microBatch);
  }

  private List<FloatTensor> all(List<Integer> buffers) {
    return buffers.stream().map(this::get).toList();
  }

  private FloatTensor allocate(int buffer) {
    return memory.allocate(buffer, batch, position);
  }

  private void storeAll(List<Integer> buffers, List<FloatTensor> tensors) {
    for (int i = 0; i < buffers.size(); i++) {
      store(buffers.get(i), tensors.get(i));
    }
  }

  /** Writes a buffer, rounded to what its number format can hold. */
  private void store(int buffer, FloatTensor tensor) {
    NumberFormats.round(program.buffer(buffer).dtype(), tensor.data());
    memory.put(buffer, microBatch, tensor);
  }

  private long bytes(int buffer) {
    Buffer b = program.buffer(buffer);
    return memory.box(buffer, batch, position).elements() * b.dtype().bytes();
  }

  private StepWeights weights() {
    return placements.weights(batch);
  }

  private void launch(Instruction.Launch i) {
    List<FloatTensor> out = i.results().stream().map(this::allocate).toList();
    kernels.run(i.kernel().op(), all(i.operands()), out, placement(i.kernel()));
    storeAll(i.results(), out);
  }

  private Placement placement(Instruction.Kernel kernel) {
    return placements.of(kernel, step, microBatch, batch);
  }

  private void allReduce(Instruction.AllReduce i) {
    FloatTensor sum = summand(i);
    collectives.allReduce(i.mask(), sum, i.combine());
    store(i.to(), sum);
  }

  /** What is summed in place: the operand itself where nothing else reads it. */
  private FloatTensor summand(Instruction.AllReduce i) {
    traffic.add("all_reduce", bytes(i.from()));
    return i.inPlace() ? memory.take(i.from(), microBatch) : memory.copy(get(i.from()));
  }

  /** Takes several sums in one collective. */
  private void allReduce(List<Instruction.AllReduce> sums) {
    List<FloatTensor> parts = sums.stream().map(this::summand).toList();
    collectives.allReduce(sums.getFirst().mask(), parts);
    for (int i = 0; i < parts.size(); i++) {
      store(sums.get(i).to(), parts.get(i));
    }
  }

  private void keepFirst(Instruction.KeepFirst i) {
    boolean first = true;
    for (int axis = 0; axis < coordinates.length; axis++) {
      first &= (i.mask() & 1 << axis) == 0 || coordinates[axis] == 0;
    }
    FloatTensor kept = memory.copy(get(i.from()));
    if (!first) {
      Arrays.fill(kept.data(), 0);
    }
    store(i.to(), kept);
  }

  private void load(Instruction.Load i) {
    FloatTensor out = allocate(i.to());
    Box box = memory.box(i.to(), batch, position);
    long[] whole =
        program.buffer(i.to()).type().shape().stream().mapToLong(e -> e.at(batch)).toArray();
    long perSample = run.bundle().perSample(i.input());
    long first = microBatch * run.bundle().microBatch();
    BlockElements.forEach(
        box,
        whole,
        (local, index) ->
            out.data()[local] =
                run.data().element(step, i.input(), first + index / perSample, index % perSample));
    store(i.to(), out);
  }

  private void accumulate(Instruction.Accumulate i) {
    float[] from = get(i.from()).data();
    float[] to = get(i.to()).data();
    float weight = i.weighted() ? (float) weights().weight() : 1;
    for (int e = 0; e < to.length; e++) {
      to[e] += weight * from[e];
    }
    NumberFormats.round(program.buffer(i.to()).dtype(), to);
  }
}
