package autopar.ir.op;

import autopar.ir.type.TensorType;
import autopar.sharding.FactorRule;
import java.util.List;

/**
 * The loops of an op and how its tensors' dimensions are made of them (see {@link FactorRule}).
 *
 * <p>A gradient op names its factors as the forward op does, so a sharding chosen for the forward
 * op carries over by name. Letters name the factors of an einsum; elsewhere {@code d0, d1, ..} are
 * the dimensions of the op's widest tensor (the result of a broadcasting op, the operand of a
 * reduction), and ops with loops of their own use the names of their Javadoc.
 */
public final class FactorRules {

  private FactorRules() {}

  /** The rule of {@code op} for operands and results that {@link ShapeRules} accepts. */
  public static FactorRule of(Op op, List<TensorType> operands, List<TensorType> results) {
    return switch (op) {
      case Einsum e -> EinsumRules.factors(e, operands, results);
      case Unary u -> ElementwiseRules.factors(operands, results);
      case UnaryGrad u -> ElementwiseRules.factors(operands, results);
      case Affine a -> ElementwiseRules.factors(operands, results);
      case Cast c -> ElementwiseRules.factors(operands, results);
      case Binary b -> ElementwiseRules.factors(operands, results);
      case MaximumGrad m -> ElementwiseRules.factors(operands, results);
      case Dropout d -> ElementwiseRules.factors(operands, results);
      case DropoutGrad d -> ElementwiseRules.factors(operands, results);
      case LayerNorm n -> RowNormRules.factors(operands, results);
      case RmsNorm n -> RowNormRules.factors(operands, results);
      case LayerNormGrad n -> RowNormRules.factors(operands, results);
      case RmsNormGrad n -> RowNormRules.factors(operands, results);
      case LayerNormParameterGrad n -> RowNormRules.parameterGradFactors(operands, results);
      case RmsNormGainGrad n -> RowNormRules.parameterGradFactors(operands, results);
      case BatchNorm n -> ChannelNormRules.batchFactors(operands, results);
      case BatchNormGrad n -> ChannelNormRules.batchFactors(operands, results);
      case BatchNormParameterGrad n ->
          ChannelNormRules.batchParameterGradFactors(operands, results);
      case GroupNorm n -> ChannelNormRules.groupFactors(n.groups(), operands, results);
      case GroupNormGrad n -> ChannelNormRules.groupFactors(n.groups(), operands, results);
      case GroupNormParameterGrad n ->
          ChannelNormRules.groupParameterGradFactors(n.groups(), operands, results);
      case Softmax s -> SoftmaxRules.factors(operands, results);
      case SoftmaxGrad s -> SoftmaxRules.factors(operands, results);
      case Attention a -> AttentionRules.factors(operands, results);
      case AttentionGrad a -> AttentionRules.gradFactors(operands);
      case AttentionBiasGrad a -> AttentionRules.biasGradFactors(operands);
      case Rope r -> RopeRules.factors(operands);
      case RopeGrad r -> RopeRules.factors(operands);
      case AlibiBias a -> ElementwiseRules.factors(operands, results);
      case Positions p -> ElementwiseRules.factors(operands, results);
      case RelativePositionBuckets r -> ElementwiseRules.factors(operands, results);
      case Embedding e -> EmbeddingRules.factors(operands);
      case EmbeddingGrad e -> EmbeddingRules.gradFactors(e, operands);
      case TopK t -> RoutingRules.topKFactors(operands.get(0));
      case ExpertSlots e -> RoutingRules.slotFactors(operands.get(0));
      case DispatchTokens d -> RoutingRules.dispatchFactors(operands, results);
      case CombineTokens c -> RoutingRules.combineFactors(operands, results);
      case RoutedProduct r -> RoutingRules.productFactors(operands);
      case CrossEntropy c -> CrossEntropyRules.factors(operands);
      case CrossEntropyGrad c -> CrossEntropyRules.gradFactors(operands);
      case Reduce r -> ReduceRules.factors(r.kind(), r.dims(), r.kept(), operands.get(0));
      case ReduceGrad r -> ReduceRules.gradFactors(r);
      case Broadcast b -> ElementwiseRules.factors(operands, results);
      case Transpose t -> MovementRules.transposeFactors(t.permutation(), operands.get(0));
      case TransposeGrad t -> MovementRules.transposeGradFactors(t.permutation(), results.get(0));
      case Reshape r -> ReshapeRules.factors(operands.get(0), results.get(0));
      case Concat c -> MovementRules.concatFactors(c, operands, results.get(0));
      case Slice s -> MovementRules.resizeFactors(s.dim(), operands.get(0), results.get(0));
      case Pad p -> MovementRules.resizeFactors(p.dim(), operands.get(0), results.get(0));
      case Conv2d c ->
          ConvolutionRules.factors(c.stride(), operands.get(0), operands.get(1), results.get(0));
      case Conv2dInputGrad c ->
          ConvolutionRules.inputGradFactors(
              c.stride(), results.get(0), operands.get(0), operands.get(1));
      case Conv2dWeightGrad c ->
          ConvolutionRules.weightGradFactors(
              c.stride(), operands.get(0), results.get(0), operands.get(1));
      case Pool2d p -> PoolRules.factors(p.window(), operands, results.get(0));
      case Pool2dGrad p -> PoolRules.gradFactors(p, operands, results.get(0));
    };
  }
}
