package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How an op finishes an {@link FactorKind#INTERNAL_REDUCTION} factor that is split over ranks: in
 * each round every rank computes statistics of its shard, which are combined over the ranks and are
 * complete for the next round; with those of all rounds the op finishes. {@link StatisticsBytes}
 * prices the same statistics.
 */
public final class StatisticsRounds {

  /** How the statistics of two shards become those of both. */
  public enum Combine {
    SUM,
    MAX
  }

  /**
   * One all-reduce.
   *
   * @param type fp32, with the shape of the whole statistic
   * @param dims the factors of each dimension, as in {@link FactorRule}; the last dimension, which
   *     counts the statistics of a row, has none
   */
  public record Round(Combine combine, TensorType type, List<List<Integer>> dims) {
    public Round {
      dims = dims.stream().map(List::copyOf).toList();
    }
  }

  private StatisticsRounds() {}

  /**
   * The rounds of {@code op}, in order; none where nothing is reduced inside it. Statistics of a
   * row, in order along the last dimension, with g = dy * gain:
   *
   * <ul>
   *   <li>layer_norm: the sum of x, which gives its mean, then of (x - mean)^2, since the
   *       difference of a mean of squares and a squared mean loses digits; its gradient also of g,
   *       then of g (x - mean); rms_norm: the sum of x^2, its gradient also of g x; gradients of
   *       their parameters as forward;
   *   <li>softmax: the maximum of scale * x over keys that are seen; the sum of exp(scale * x -
   *       maximum). Its gradient: the sum of y dy;
   *   <li>cross_entropy: the maximum; the sum of exp(x - maximum), and the logit of the label (0
   *       where it lies in another shard or is negative);
   *   <li>batch_norm, group_norm: the sum of x per mean, then of (x - mean)^2; their gradients of g
   *       and g times the normalised x.
   * </ul>
   */
  public static List<Round> of(
      Op op, FactorRule rule, List<TensorType> operands, List<TensorType> results) {
    return switch (op) {
      case LayerNorm n -> rows(rule, operands, 1, 1);
      case RmsNorm n -> rows(rule, operands, 1);
      case LayerNormGrad n -> rows(rule, operands, 2, 2);
      case RmsNormGrad n -> rows(rule, operands, 2);
      case LayerNormParameterGrad n -> rows(rule, operands, 1, 1);
      case RmsNormGainGrad n -> rows(rule, operands, 1);
      case Softmax s -> exponentials(rule, operands, 1);
      case SoftmaxGrad s -> rows(rule, operands, 1);
      case CrossEntropy c -> exponentials(rule, operands, 2);
      case BatchNorm n -> moments(results.get(1), rule.results().get(1), 1, 1);
      case BatchNormGrad n -> moments(operands.get(2), rule.operands().get(2), 2);
      case GroupNorm n -> moments(results.get(1), rule.results().get(1), 1, 1);
      case GroupNormGrad n -> moments(operands.get(2), rule.operands().get(2), 2);
      case AlibiBias o -> List.of();
      case Affine o -> List.of();
      case Attention o -> List.of();
      case Binary o -> List.of();
      case Broadcast o -> List.of();
      case Cast o -> List.of();
      case CombineTokens o -> List.of();
      case Concat o -> List.of();
      case Conv2d o -> List.of();
      case DispatchTokens o -> List.of();
      case Dropout o -> List.of();
      case Einsum o -> List.of();
      case Embedding o -> List.of();
      case ExpertSlots o -> List.of();
      case Pad o -> List.of();
      case Pool2d o -> List.of();
      case Positions o -> List.of();
      case Reduce o -> List.of();
      case RelativePositionBuckets o -> List.of();
      case Reshape o -> List.of();
      case Rope o -> List.of();
      case Slice o -> List.of();
      case TopK o -> List.of();
      case Transpose o -> List.of();
      case Unary o -> List.of();
      case AttentionBiasGrad o -> List.of();
      case AttentionGrad o -> List.of();
      case BatchNormParameterGrad o -> List.of();
      case Conv2dInputGrad o -> List.of();
      case Conv2dWeightGrad o -> List.of();
      case CrossEntropyGrad o -> List.of();
      case DropoutGrad o -> List.of();
      case EmbeddingGrad o -> List.of();
      case GroupNormParameterGrad o -> List.of();
      case MaximumGrad o -> List.of();
      case Pool2dGrad o -> List.of();
      case ReduceGrad o -> List.of();
      case RopeGrad o -> List.of();
      case RoutedProduct o -> List.of();
      case TransposeGrad o -> List.of();
      case UnaryGrad o -> List.of();
    };
  }

  /** Sums per row of the first operand, so many numbers in each round. */
  private static List<Round> rows(FactorRule rule, List<TensorType> operands, int... counts) {
    return Arrays.stream(counts)
        .mapToObj(count -> row(Combine.SUM, rule, operands, count))
        .toList();
  }

  /** A maximum per row of the first operand, then {@code sums} sums. */
  private static List<Round> exponentials(FactorRule rule, List<TensorType> operands, int sums) {
    return List.of(row(Combine.MAX, rule, operands, 1), row(Combine.SUM, rule, operands, sums));
  }

  private static Round row(Combine combine, FactorRule rule, List<TensorType> operands, int count) {
    int rank = operands.get(0).rank() - 1;
    return round(
        combine,
        operands.get(0).shape().subList(0, rank),
        rule.operands().get(0).subList(0, rank),
        count);
  }

  /** Sums per mean, so many in each round. */
  private static List<Round> moments(TensorType mean, List<List<Integer>> dims, int... counts) {
    return Arrays.stream(counts)
        .mapToObj(count -> round(Combine.SUM, mean.shape(), dims, count))
        .toList();
  }

  private static Round round(
      Combine combine, List<Extent> rows, List<List<Integer>> rowDims, int count) {
    List<Extent> shape = new ArrayList<>(rows);
    shape.add(Extent.of(count));
    List<List<Integer>> dims = new ArrayList<>(rowDims);
    dims.add(List.of());
    return new Round(combine, new TensorType(ElementType.FLOAT32, shape), dims);
  }
}
