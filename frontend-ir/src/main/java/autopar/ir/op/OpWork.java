package autopar.ir.op;

import autopar.sharding.FactorRule;

/** The arithmetic and memory traffic of an op on one device. */
public final class OpWork {

  private OpWork() {}

  /**
   * The kernel that computes {@code op}'s share.
   *
   * @param rule the op's factor rule
   * @param localFactorSizes elements of each factor on the device, by factor index
   */
  public static Work of(Op op, FactorRule rule, long[] localFactorSizes) {
    long[] sizes = localFactorSizes;
    return switch (op) {
      case Einsum e -> EinsumRules.work(e, rule, sizes);
      case Unary u -> ElementwiseRules.unaryWork(u.kind(), rule, sizes);
      case UnaryGrad u -> ElementwiseRules.unaryWork(u.kind(), rule, sizes);
      case Affine a -> LocalElements.stream(rule, sizes, 2);
      case Cast c -> ElementwiseRules.castWork(c, rule, sizes);
      case Binary b -> LocalElements.stream(rule, sizes, 1);
      case MaximumGrad m -> LocalElements.stream(rule, sizes, 2);
      case Dropout d -> ElementwiseRules.dropoutWork(rule, sizes);
      case DropoutGrad d -> ElementwiseRules.dropoutGradWork(rule, sizes);
      case LayerNorm n -> RowNormRules.work(rule, sizes);
      case RmsNorm n -> RowNormRules.work(rule, sizes);
      case LayerNormGrad n -> RowNormRules.work(rule, sizes);
      case RmsNormGrad n -> RowNormRules.work(rule, sizes);
      case LayerNormParameterGrad n -> RowNormRules.work(rule, sizes);
      case RmsNormGainGrad n -> RowNormRules.work(rule, sizes);
      case BatchNorm n -> ChannelNormRules.forwardWork(rule, sizes);
      case BatchNormGrad n -> ChannelNormRules.inputGradWork(rule, sizes);
      case BatchNormParameterGrad n -> ChannelNormRules.parameterGradWork(rule, sizes);
      case GroupNorm n -> ChannelNormRules.forwardWork(rule, sizes);
      case GroupNormGrad n -> ChannelNormRules.inputGradWork(rule, sizes);
      case GroupNormParameterGrad n -> ChannelNormRules.parameterGradWork(rule, sizes);
      case Softmax s -> LocalElements.stream(rule, sizes, 6);
      case SoftmaxGrad s -> LocalElements.stream(rule, sizes, 4);
      case Attention a -> AttentionRules.work(a.mask(), rule, sizes, false);
      case AttentionGrad a -> AttentionRules.work(a.mask(), rule, sizes, true);
      case AttentionBiasGrad a -> AttentionRules.biasGradWork(rule, sizes);
      case Rope r -> LocalElements.stream(rule, sizes, 4);
      case RopeGrad r -> LocalElements.stream(rule, sizes, 4);
      case AlibiBias a -> LocalElements.stream(rule, sizes, 2);
      case Positions p -> ConstantRules.integerWork(rule, sizes);
      case RelativePositionBuckets r -> ConstantRules.integerWork(rule, sizes);
      case Embedding e -> EmbeddingRules.work(rule, sizes);
      case EmbeddingGrad e -> EmbeddingRules.gradWork(rule, sizes);
      case TopK t -> RoutingRules.topKWork(t, rule, sizes);
      case ExpertSlots e -> RoutingRules.slotWork(rule, sizes);
      case DispatchTokens d -> RoutingRules.dispatchWork(rule, sizes);
      case CombineTokens c -> RoutingRules.combineWork(rule, sizes);
      case RoutedProduct r -> RoutingRules.productWork(rule, sizes);
      case CrossEntropy c -> CrossEntropyRules.work(rule, sizes);
      case CrossEntropyGrad c -> CrossEntropyRules.gradWork(rule, sizes);
      case Reduce r -> LocalElements.stream(rule, sizes, 1);
      case ReduceGrad r -> LocalElements.stream(rule, sizes, 1);
      case Broadcast b -> LocalElements.stream(rule, sizes, 0);
      case Transpose t -> LocalElements.stream(rule, sizes, 0);
      case TransposeGrad t -> LocalElements.stream(rule, sizes, 0);
      case Reshape r -> new Work.None();
      case Concat c -> LocalElements.stream(rule, sizes, 0);
      case Slice s -> MovementRules.sliceWork(rule, sizes);
      case Pad p -> LocalElements.stream(rule, sizes, 0);
      case Conv2d c -> ConvolutionRules.work(c, rule, sizes);
      case Conv2dInputGrad c -> ConvolutionRules.work(c, rule, sizes);
      case Conv2dWeightGrad c -> ConvolutionRules.work(c, rule, sizes);
      case Pool2d p -> poolWork(p.window(), rule, sizes);
      case Pool2dGrad p -> poolWork(p.window(), rule, sizes);
    };
  }

  private static Work poolWork(Window window, FactorRule rule, long[] sizes) {
    double perElement =
        (double) window.height() * window.width() / (window.stride() * window.stride());
    return LocalElements.stream(rule, sizes, perElement);
  }
}
