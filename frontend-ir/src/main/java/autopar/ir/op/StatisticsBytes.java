package autopar.ir.op;

import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;

/**
 * Bytes of fp32 statistics that an op all-reduces over the axes of an {@link
 * FactorKind#INTERNAL_REDUCTION} factor, from the two-pass form of each op: a norm sums x, then (x
 * - mean)^2 (its gradient two products), a softmax takes the maximum and the sum, a cross-entropy
 * also the logit of the label.
 */
public final class StatisticsBytes {

  private static final double FP32 = 4;

  private StatisticsBytes() {}

  /**
   * Bytes of one device's statistics; 0 for factors that are not reduced inside the op.
   *
   * @param localFactorSizes elements of each factor on the device, by factor index
   * @param factor index of the factor that is sharded
   */
  public static double of(Op op, FactorRule rule, long[] localFactorSizes, int factor) {
    if (rule.factors().get(factor).kind() != FactorKind.INTERNAL_REDUCTION) {
      return 0;
    }
    long[] sizes = localFactorSizes;
    return switch (op) {
      case LayerNorm n -> FP32 * 2 * RowNormRules.rows(rule, sizes);
      case RmsNorm n -> FP32 * RowNormRules.rows(rule, sizes);
      case LayerNormGrad n -> FP32 * 4 * RowNormRules.rows(rule, sizes);
      case RmsNormGrad n -> FP32 * 2 * RowNormRules.rows(rule, sizes);
      case LayerNormParameterGrad n -> FP32 * 2 * RowNormRules.rows(rule, sizes);
      case RmsNormGainGrad n -> FP32 * RowNormRules.rows(rule, sizes);
      case Softmax s -> FP32 * 2 * RowNormRules.rows(rule, sizes);
      case SoftmaxGrad s -> FP32 * RowNormRules.rows(rule, sizes);
      case CrossEntropy c -> FP32 * 3 * CrossEntropyRules.rows(rule, sizes);
      case BatchNorm n -> FP32 * 2 * LocalElements.result(rule, sizes, 1);
      case BatchNormGrad n -> FP32 * 2 * LocalElements.operand(rule, sizes, 2);
      case GroupNorm n -> FP32 * 2 * LocalElements.result(rule, sizes, 1);
      case GroupNormGrad n -> FP32 * 2 * LocalElements.operand(rule, sizes, 2);
      case AlibiBias o -> 0;
      case Affine o -> 0;
      case Attention o -> 0;
      case Binary o -> 0;
      case Broadcast o -> 0;
      case Cast o -> 0;
      case CombineTokens o -> 0;
      case Concat o -> 0;
      case Conv2d o -> 0;
      case DispatchTokens o -> 0;
      case Dropout o -> 0;
      case Einsum o -> 0;
      case Embedding o -> 0;
      case ExpertSlots o -> 0;
      case Pad o -> 0;
      case Pool2d o -> 0;
      case Positions o -> 0;
      case Reduce o -> 0;
      case RelativePositionBuckets o -> 0;
      case Reshape o -> 0;
      case Rope o -> 0;
      case Slice o -> 0;
      case TopK o -> 0;
      case Transpose o -> 0;
      case Unary o -> 0;
      case AttentionBiasGrad o -> 0;
      case AttentionGrad o -> 0;
      case BatchNormParameterGrad o -> 0;
      case Conv2dInputGrad o -> 0;
      case Conv2dWeightGrad o -> 0;
      case CrossEntropyGrad o -> 0;
      case DropoutGrad o -> 0;
      case EmbeddingGrad o -> 0;
      case GroupNormParameterGrad o -> 0;
      case MaximumGrad o -> 0;
      case Pool2dGrad o -> 0;
      case ReduceGrad o -> 0;
      case RopeGrad o -> 0;
      case RoutedProduct o -> 0;
      case TransposeGrad o -> 0;
      case UnaryGrad o -> 0;
    };
  }
}
