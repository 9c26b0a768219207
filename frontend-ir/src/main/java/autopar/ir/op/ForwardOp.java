package autopar.ir.op;

/** An op that a model may apply. */
public sealed interface ForwardOp extends Op
    permits AlibiBias,
        Affine,
        Attention,
        BatchNorm,
        Binary,
        Broadcast,
        Cast,
        CombineTokens,
        Concat,
        Conv2d,
        CrossEntropy,
        DispatchTokens,
        Dropout,
        Einsum,
        Embedding,
        ExpertSlots,
        GroupNorm,
        LayerNorm,
        Pad,
        Pool2d,
        Positions,
        Reduce,
        RelativePositionBuckets,
        Reshape,
        RmsNorm,
        Rope,
        Slice,
        Softmax,
        TopK,
        Transpose,
        Unary {

  /** Does a gradient of its result become one of its operands? A step function has none. */
  default boolean hasGradient() {
    return true;
  }
}
