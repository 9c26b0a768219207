package autopar.program;

import autopar.ir.op.Op;
import autopar.ir.op.StatisticsRounds.Combine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One step of a stage's program. Numbers are ids of {@link Buffer}s; every rank of the stage runs
 * the same instruction on its own blocks.
 */
public sealed interface Instruction {

  /** Buffers that are read. */
  default List<Integer> reads() {
    return List.of();
  }

  /** Buffers that are written, completely unless they are also read. */
  default List<Integer> writes() {
    return List.of();
  }

  /** The buffer whose life it ends, besides what it does. */
  default OptionalInt ends() {
    return OptionalInt.empty();
  }

  /**
   * The sums over the same axes that stand next to each other from {@code start} on: they are one
   * collective. Empty if there is no sum.
   */
  static List<AllReduce> together(List<Instruction> code, int start) {
    List<AllReduce> found = new ArrayList<>();
    for (int i = start; i < code.size(); i++) {
      if (code.get(i) instanceof AllReduce sum
          && sum.combine() == Combine.SUM
          && (found.isEmpty() || sum.mask() == found.getFirst().mask())) {
        found.add(sum);
      } else {
        break;
      }
    }
    return found;
  }

  /** An op and the loops of it that are split. */
  record Kernel(
      String node, Op op, List<SplitFactor> split, String dropoutName, Optional<String> labels) {
    public Kernel {
      split = List.copyOf(split);
    }
  }

  /**
   * Runs an op on local blocks. {@code kernel.labels} is the input whose labels a cross-entropy is
   * the mean over.
   */
  record Launch(Kernel kernel, List<Integer> operands, List<Integer> results)
      implements Instruction {
    public Launch {
      operands = List.copyOf(operands);
      results = List.copyOf(results);
    }

    @Override
    public List<Integer> reads() {
      return operands;
    }

    @Override
    public List<Integer> writes() {
      return results;
    }
  }

  /** Local statistics of round {@code round} of an op whose internal reduction is split. */
  record Statistics(
      Kernel kernel, int round, List<Integer> operands, List<Integer> earlier, int result)
      implements Instruction {
    public Statistics {
      operands = List.copyOf(operands);
      earlier = List.copyOf(earlier);
    }

    @Override
    public List<Integer> reads() {
      return concat(operands, earlier);
    }

    @Override
    public List<Integer> writes() {
      return List.of(result);
    }
  }

  /** Finishes such an op once all statistics are complete. */
  record Finish(
      Kernel kernel, List<Integer> operands, List<Integer> statistics, List<Integer> results)
      implements Instruction {
    public Finish {
      operands = List.copyOf(operands);
      statistics = List.copyOf(statistics);
      results = List.copyOf(results);
    }

    @Override
    public List<Integer> reads() {
      return concat(operands, statistics);
    }

    @Override
    public List<Integer> writes() {
      return results;
    }
  }

  /**
   * Sums (or takes the maximum of) a buffer over the axes in {@code mask}; {@code inPlace} ends the
   * life of {@code from}, whose memory {@code to} takes over.
   */
  record AllReduce(int from, int to, int mask, Combine combine, boolean inPlace)
      implements Instruction {
    @Override
    public OptionalInt ends() {
      return inPlace ? OptionalInt.of(from) : OptionalInt.empty();
    }

    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /** Sums over {@code axis} and keeps this rank's part of dimension {@code dim}. */
  record ReduceScatter(int from, int to, int axis, int dim) implements Instruction {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /** Joins the parts of dimension {@code dim} along {@code axis}, its last split. */
  record AllGather(int from, int to, int axis, int dim) implements Instruction {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /** Moves {@code axis} from dimension {@code fromDim} to dimension {@code toDim}. */
  record AllToAll(int from, int to, int axis, int fromDim, int toDim) implements Instruction {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /**
   * Copies the part of {@code from} that the layout of {@code to} wants; nothing is communicated.
   */
  record Slice(int from, int to) implements Instruction {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /** Makes copies along {@code mask} summands: the first keeps the value, the others are zero. */
  record KeepFirst(int from, int to, int mask) implements Instruction {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /** Reads this rank's block of an input of the model, of the current micro-batch. */
  record Load(String input, int to) implements Instruction {
    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /** Sets every element: to 0, or to the weight of the micro-batch in the loss of the step. */
  record Fill(int to, Content content) implements Instruction {
    /** What to fill with. */
    public enum Content {
      ZERO,
      MICRO_BATCH_WEIGHT
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /**
   * Adds {@code from} to {@code to}, which lies alike; {@code weighted} multiplies by the weight of
   * the micro-batch.
   */
  record Accumulate(int from, int to, boolean weighted) implements Instruction {
    @Override
    public List<Integer> reads() {
      return List.of(from, to);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /** Copies a buffer that lies alike, perhaps into another number format. */
  record Copy(int from, int to) implements Instruction {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /** Hands this rank's messages of a transfer over; does not wait for the receivers. */
  record Send(int transfer, int from) implements Instruction {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }
  }

  /** Waits for this rank's messages of a transfer, and hands on what ranks beside it hold too. */
  record Receive(int transfer, int to) implements Instruction {
    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /**
   * The optimizer's step on this rank's part of a parameter, in place.
   *
   * @param weight the values that are updated (fp32 copies where the run has another precision)
   * @param states in the order of the optimizer's state tensors
   * @param moments what an optimizer that keeps factored moments needs besides: the results of
   *     {@link MomentKind#MATRICES} (of matrices) and of {@link MomentKind#STEP}, complete
   */
  record Update(
      String parameter, int weight, int gradient, List<Integer> states, List<Integer> moments)
      implements Instruction {
    public Update {
      states = List.copyOf(states);
      moments = List.copyOf(moments);
    }

    @Override
    public List<Integer> reads() {
      return concat(concat(List.of(weight, gradient), states), moments);
    }

    @Override
    public List<Integer> writes() {
      return concat(List.of(weight), states);
    }
  }

  /**
   * This rank's summand of a sum over a whole gradient, for an optimizer that keeps factored second
   * moments (Adafactor, arXiv:1804.04235). Matrices are the last two dimensions.
   */
  record Moments(MomentKind kind, List<Integer> operands, int result) implements Instruction {

    public Moments {
      operands = List.copyOf(operands);
    }

    @Override
    public List<Integer> reads() {
      return operands;
    }

    @Override
    public List<Integer> writes() {
      return List.of(result);
    }
  }

  /**
   * Lets the states of factored moments decay towards the means of this step, in place.
   *
   * @param gradient whose extents turn sums into means
   * @param sums complete, one for each state
   */
  record Decay(int gradient, List<Integer> sums, List<Integer> states) implements Instruction {
    public Decay {
      sums = List.copyOf(sums);
      states = List.copyOf(states);
    }

    @Override
    public List<Integer> reads() {
      return concat(concat(List.of(gradient), sums), states);
    }

    @Override
    public List<Integer> writes() {
      return states;
    }
  }

  /** Brings a block from device memory to the host's. */
  record ToHost(int from, int to) implements Instruction {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /** Brings a block from the host's memory to the device. */
  record ToDevice(int from, int to) implements Instruction {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }
  }

  /** Ends the life of a buffer, once everything before it on its stream is done. */
  record Free(int buffer, Stream on) implements Instruction {
    @Override
    public OptionalInt ends() {
      return OptionalInt.of(buffer);
    }
  }

  /** {@code event} happens when everything before it on its stream is done. */
  record RecordEvent(int event, Stream on) implements Instruction {}

  /**
   * What follows on its stream waits for the event as it was recorded last before here; not at all
   * where it was not recorded in this step yet.
   */
  record WaitEvent(int event, Stream on) implements Instruction {}

  private static List<Integer> concat(List<Integer> a, List<Integer> b) {
    List<Integer> all = new ArrayList<>(a);
    all.addAll(b);
    return List.copyOf(all);
  }
}
