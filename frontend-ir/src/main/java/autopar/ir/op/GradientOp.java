package autopar.ir.op;

/**
 * An op that only reverse-mode derivation makes; it shares the factor names of the forward op it
 * derives from. Where a gradient is itself an ordinary op (a product, a sum, a slice), that op is
 * used instead.
 */
public sealed interface GradientOp extends Op
    permits AttentionBiasGrad,
        AttentionGrad,
        BatchNormGrad,
        BatchNormParameterGrad,
        Conv2dInputGrad,
        Conv2dWeightGrad,
        CrossEntropyGrad,
        DropoutGrad,
        EmbeddingGrad,
        GroupNormGrad,
        GroupNormParameterGrad,
        LayerNormGrad,
        LayerNormParameterGrad,
        MaximumGrad,
        Pool2dGrad,
        ReduceGrad,
        RmsNormGainGrad,
        RmsNormGrad,
        RopeGrad,
        RoutedProduct,
        SoftmaxGrad,
        TransposeGrad,
        UnaryGrad {}
