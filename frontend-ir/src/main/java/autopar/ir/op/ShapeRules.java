package autopar.ir.op;

import autopar.ir.type.TensorType;
import java.util.List;

/** The types of an op's results, or why its operands do not fit. */
public final class ShapeRules {

  private ShapeRules() {}

  /** Types of the results of {@code op} applied to values of the given types. */
  public static Shapes infer(Op op, List<TensorType> operands) {
    return switch (op) {
      case Einsum e -> EinsumRules.shapes(e, operands);
      case Unary u -> ElementwiseRules.unaryShapes(operands);
      case UnaryGrad u -> ElementwiseRules.sameShapes("unary_grad", 2, operands);
      case Affine a -> ElementwiseRules.unaryShapes(operands);
      case Cast c -> ElementwiseRules.castShapes(c, operands);
      case Binary b -> ElementwiseRules.binaryShapes(b, operands);
      case MaximumGrad m -> ElementwiseRules.maximumGradShapes(operands);
      case Dropout d -> ElementwiseRules.dropoutShapes(d, operands);
      case DropoutGrad d -> ElementwiseRules.dropoutGradShapes(operands);
      case LayerNorm n -> RowNormRules.layerNormShapes(operands);
      case RmsNorm n -> RowNormRules.rmsNormShapes(operands);
      case LayerNormGrad n -> RowNormRules.inputGradShapes(operands);
      case RmsNormGrad n -> RowNormRules.inputGradShapes(operands);
      case LayerNormParameterGrad n -> RowNormRules.parameterGradShapes(n.bias() ? 2 : 1, operands);
      case RmsNormGainGrad n -> RowNormRules.parameterGradShapes(1, operands);
      case BatchNorm n -> ChannelNormRules.batchShapes(operands);
      case BatchNormGrad n -> ChannelNormRules.inputGradShapes(operands);
      case BatchNormParameterGrad n -> ChannelNormRules.parameterGradShapes(operands);
      case GroupNorm n -> ChannelNormRules.groupShapes(n.groups(), operands);
      case GroupNormGrad n -> ChannelNormRules.inputGradShapes(operands);
      case GroupNormParameterGrad n -> ChannelNormRules.parameterGradShapes(operands);
      case Softmax s -> SoftmaxRules.shapes(s, operands);
      case SoftmaxGrad s -> ElementwiseRules.sameShapes("softmax_grad", 2, operands);
      case Attention a -> AttentionRules.shapes(a, operands);
      case AttentionGrad a -> AttentionRules.gradShapes(operands);
      case AttentionBiasGrad a -> AttentionRules.biasGradShapes(operands);
      case Rope r -> RopeRules.shapes(operands);
      case RopeGrad r -> RopeRules.shapes(operands);
      case AlibiBias a -> ConstantRules.alibiShapes(a, operands);
      case Positions p -> ConstantRules.positionShapes(p, operands);
      case RelativePositionBuckets r -> ConstantRules.bucketShapes(r, operands);
      case Embedding e -> EmbeddingRules.shapes(operands);
      case EmbeddingGrad e -> EmbeddingRules.gradShapes(e, operands);
      case TopK t -> RoutingRules.topKShapes(t, operands);
      case ExpertSlots e -> RoutingRules.slotShapes(operands);
      case DispatchTokens d -> RoutingRules.dispatchShapes(d, operands);
      case CombineTokens c -> RoutingRules.combineShapes(operands);
      case RoutedProduct r -> RoutingRules.productShapes(operands);
      case CrossEntropy c -> CrossEntropyRules.shapes(operands);
      case CrossEntropyGrad c -> CrossEntropyRules.gradShapes(operands);
      case Reduce r -> ReduceRules.shapes(r, operands);
      case ReduceGrad r -> Shapes.ok(r.operand());
      case Broadcast b -> ReduceRules.broadcastShapes(b, operands);
      case Transpose t -> MovementRules.transposeShapes(t.permutation(), operands);
      case TransposeGrad t -> MovementRules.transposeGradShapes(t.permutation(), operands);
      case Reshape r -> ReshapeRules.shapes(r, operands);
      case Concat c -> MovementRules.concatShapes(c, operands);
      case Slice s -> MovementRules.sliceShapes(s, operands);
      case Pad p -> MovementRules.padShapes(p, operands);
      case Conv2d c -> ConvolutionRules.shapes(c, operands);
      case Conv2dInputGrad c -> ConvolutionRules.inputGradShapes(c, operands);
      case Conv2dWeightGrad c -> ConvolutionRules.weightGradShapes(c, operands);
      case Pool2d p -> PoolRules.shapes(p, operands);
      case Pool2dGrad p -> PoolRules.gradShapes(p, operands);
    };
  }
}
