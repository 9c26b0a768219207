package autopar.runtime.rank;

import autopar.program.Box;
import autopar.program.Buffer;
import autopar.program.Instruction;
import autopar.runtime.Placement;
import autopar.runtime.StepWeights;
import autopar.runtime.kernel.FloatTensor;
import java.util.Arrays;
import java.util.List;

/**
 * Runs instructions of one rank for one micro-batch of a step.
 *
 * <p>Kernels compute in fp32 on the blocks that the rank holds; what a buffer's number format
 * cannot hold is rounded away when it is written. Instructions of different streams may run at the
 * same time.
 */
final class PassExecutor {

  private final RankParts rank;
  private final int step;
  private final int microBatch;
  private final long batch;

  PassExecutor(RankParts rank, int step, int microBatch) {
    this.rank = rank;
    this.step = step;
    this.microBatch = microBatch;
    this.batch = rank.run().bundle().samples(microBatch);
  }

  /** Runs what starts together: one instruction, or sums that are one collective. */
  void execute(List<Instruction> unit) {
    if (unit.size() > 1) {
      allReduce(Instruction.together(unit, 0));
    } else {
      execute(unit.getFirst());
    }
  }

  private void execute(Instruction instruction) {
    switch (instruction) {
      case Instruction.Launch i -> launch(i);
      case Instruction.Statistics i -> {
        FloatTensor out = allocate(i.result());
        rank.kernels()
            .statistics(
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
        rank.kernels()
            .finish(
                i.kernel().op(),
                all(i.operands()),
                all(i.statistics()),
                out,
                placement(i.kernel()));
        storeAll(i.results(), out);
      }
      case Instruction.AllReduce i -> allReduce(i);
      case Instruction.ReduceScatter i -> {
        FloatTensor out = allocate(i.to());
        rank.collectives().reduceScatter(i, batch, get(i.from()).data(), out.data());
        rank.traffic().add("reduce_scatter", bytes(i.from()));
        store(i.to(), out);
      }
      case Instruction.AllGather i -> {
        FloatTensor out = allocate(i.to());
        rank.collectives().allGather(i, batch, get(i.from()).data(), out.data());
        rank.traffic().add("all_gather", bytes(i.to()));
        store(i.to(), out);
      }
      case Instruction.AllToAll i -> {
        FloatTensor out = allocate(i.to());
        rank.collectives().allToAll(i, batch, get(i.from()).data(), out.data());
        rank.traffic().add("all_to_all", bytes(i.from()));
        store(i.to(), out);
      }
      case Instruction.Slice i -> {
        FloatTensor out = allocate(i.to());
        Box to = rank.memory().box(i.to(), batch, rank.position());
        Box from = rank.memory().box(i.from(), batch, rank.position());
        BoxMove.of(to, from, to).copy(get(i.from()).data(), 0, out.data(), 0);
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
          rank.messages()
              .send(
                  i,
                  batch,
                  rank.memory().box(i.from(), batch, rank.position()),
                  get(i.from()).data());
      case Instruction.Receive i -> {
        FloatTensor out = allocate(i.to());
        rank.messages()
            .receive(i, batch, rank.memory().box(i.to(), batch, rank.position()), out.data());
        store(i.to(), out);
      }
      case Instruction.Update i ->
          rank.optimizer()
              .update(
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
      case Instruction.Free i -> rank.memory().free(i.buffer(), microBatch);
      case Instruction.RecordEvent i -> throw notWork(i);
      case Instruction.WaitEvent i -> throw notWork(i);
    }
  }

  private static IllegalArgumentException notWork(Instruction instruction) {
    return new IllegalArgumentException("streams order themselves: " + instruction);
  }

  /** Of the whole tensor, a parameter's or its gradient's. */
  private List<Long> extents(int buffer) {
    return rank.program().buffer(buffer).type().shape().stream().map(e -> e.at(batch)).toList();
  }

  private void copy(int from, int to) {
    store(to, rank.memory().copy(get(from)));
  }

  private FloatTensor get(int buffer) {
    return rank.memory().get(buffer, microBatch);
  }

  private List<FloatTensor> all(List<Integer> buffers) {
    return buffers.stream().map(this::get).toList();
  }

  private FloatTensor allocate(int buffer) {
    return rank.memory().allocate(buffer, batch, rank.position());
  }

  private void storeAll(List<Integer> buffers, List<FloatTensor> tensors) {
    for (int i = 0; i < buffers.size(); i++) {
      store(buffers.get(i), tensors.get(i));
    }
  }

  /** Writes a buffer, rounded to what its number format can hold. */
  private void store(int buffer, FloatTensor tensor) {
    NumberFormats.round(rank.program().buffer(buffer).dtype(), tensor.data());
    rank.memory().put(buffer, microBatch, tensor);
  }

  private long bytes(int buffer) {
    Buffer b = rank.program().buffer(buffer);
    return rank.memory().box(buffer, batch, rank.position()).elements() * b.dtype().bytes();
  }

  private StepWeights weights() {
    return rank.placements().weights(batch);
  }

  private void launch(Instruction.Launch i) {
    List<FloatTensor> out = i.results().stream().map(this::allocate).toList();
    rank.kernels().run(i.kernel().op(), all(i.operands()), out, placement(i.kernel()));
    storeAll(i.results(), out);
  }

  private Placement placement(Instruction.Kernel kernel) {
    return rank.placements().of(kernel, step, microBatch, batch);
  }

  private void allReduce(Instruction.AllReduce i) {
    FloatTensor sum = summand(i);
    rank.collectives().allReduce(i.mask(), sum, i.combine());
    store(i.to(), sum);
  }

  /** What is summed in place: the operand itself where nothing else reads it. */
  private FloatTensor summand(Instruction.AllReduce i) {
    rank.traffic().add("all_reduce", bytes(i.from()));
    return i.inPlace()
        ? rank.memory().take(i.from(), microBatch)
        : rank.memory().copy(get(i.from()));
  }

  /** Takes several sums in one collective. */
  private void allReduce(List<Instruction.AllReduce> sums) {
    List<FloatTensor> parts = sums.stream().map(this::summand).toList();
    rank.collectives().allReduce(sums.getFirst().mask(), parts);
    for (int i = 0; i < parts.size(); i++) {
      store(sums.get(i).to(), parts.get(i));
    }
  }

  private void keepFirst(Instruction.KeepFirst i) {
    boolean first = true;
    for (int axis = 0; axis < rank.coordinates().length; axis++) {
      first &= (i.mask() & 1 << axis) == 0 || rank.coordinates()[axis] == 0;
    }
    FloatTensor kept = rank.memory().copy(get(i.from()));
    if (!first) {
      Arrays.fill(kept.data(), 0);
    }
    store(i.to(), kept);
  }

  private void load(Instruction.Load i) {
    FloatTensor out = allocate(i.to());
    Box box = rank.memory().box(i.to(), batch, rank.position());
    long[] whole =
        rank.program().buffer(i.to()).type().shape().stream().mapToLong(e -> e.at(batch)).toArray();
    long perSample = rank.run().bundle().perSample(i.input());
    long first = microBatch * rank.run().bundle().microBatch();
    BlockElements.forEach(
        box,
        whole,
        (local, index) ->
            out.data()[local] =
                rank.run()
                    .data()
                    .element(step, i.input(), first + index / perSample, index % perSample));
    store(i.to(), out);
  }

  private void accumulate(Instruction.Accumulate i) {
    float[] from = get(i.from()).data();
    float[] to = get(i.to()).data();
    float weight = i.weighted() ? (float) weights().weight() : 1;
    for (int e = 0; e < to.length; e++) {
      to[e] += weight * from[e];
    }
    NumberFormats.round(rank.program().buffer(i.to()).dtype(), to);
  }
}
