package autopar.training;

import autopar.ir.type.Precision;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What an optimizer keeps for every trainable parameter, and the width of its gradient.
 *
 * <p>AdamW under 16 bits is the 16 bytes per parameter of arXiv:1910.02054 (2 weight, 2 gradient, 4
 * master copy, 4 and 4 moments); 18 with fp32 gradients. Adafactor keeps row and column sums of the
 * second moment (arXiv:1804.04235) and no first moment.
 *
 * @param gradientBytes bytes of one gradient element
 */
public record OptimizerState(int gradientBytes, List<StateTensor> tensors) {

  private static final int FP32 = 4;

  public OptimizerState {
    tensors = List.copyOf(tensors);
  }

  /** Which dimensions of its parameter a state tensor has. */
  public enum Coverage {
    ALL,
    /** All but the last; a vector keeps its one dimension. */
    ROWS,
    /** All but the last but one; a vector has none of these. */
    COLUMNS
  }

  /** A tensor kept per parameter: its suffix, dimensions and bytes per element. */
  public record StateTensor(String name, Coverage coverage, int bytesPerElement) {

    /** The parameter's dimensions that this tensor has, or nothing when it has no such tensor. */
    public Optional<List<Integer>> dims(int rank) {
      return switch (coverage) {
        case ALL -> Optional.of(all(rank));
        case ROWS -> Optional.of(rank < 2 ? all(rank) : without(rank, rank - 1));
        case COLUMNS -> rank < 2 ? Optional.empty() : Optional.of(without(rank, rank - 2));
      };
    }

    private static List<Integer> all(int rank) {
      return IntStream.range(0, rank).boxed().toList();
    }

    private static List<Integer> without(int rank, int dim) {
      return IntStream.range(0, rank).filter(d -> d != dim).boxed().toList();
    }
  }

  /** The state of {@code optimizer} for parameters of {@code precision}. */
  public static OptimizerState of(Optimizer optimizer, Precision precision, boolean fp32Gradients) {
    StateTensor master = full("master");
    List<StateTensor> own =
        switch (optimizer) {
          case ADAMW -> List.of(full("exp_avg"), full("exp_avg_sq"));
          case SGD -> List.of(full("momentum"));
          case ADAFACTOR ->
              List.of(
                  new StateTensor("exp_avg_sq_row", Coverage.ROWS, FP32),
                  new StateTensor("exp_avg_sq_col", Coverage.COLUMNS, FP32));
        };
    List<StateTensor> tensors =
        precision == Precision.FP32 ? own : Stream.concat(Stream.of(master), own.stream()).toList();
    int gradientBytes = fp32Gradients || precision == Precision.FP32 ? FP32 : 2;
    return new OptimizerState(gradientBytes, tensors);
  }

  /** Bytes per parameter element of the tensors that have all its dimensions. */
  public int fullBytesPerElement() {
    return tensors.stream()
        .filter(t -> t.coverage() == Coverage.ALL)
        .mapToInt(StateTensor::bytesPerElement)
        .sum();
  }

  private static StateTensor full(String name) {
    return new StateTensor(name, Coverage.ALL, FP32);
  }
}
