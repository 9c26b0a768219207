package autopar.ir.op;

import java.util.List;

/**
 * Names of an op's results relative to the value a model binds: the first is the value itself (an
 * empty suffix), the others are by-products that only backward reads.
 */
public final class ResultNames {

  private ResultNames() {}

  /** One suffix per result: value {@code a} of an attention has by-product {@code a.lse}. */
  public static List<String> suffixes(Op op) {
    return switch (op) {
      case Attention a -> List.of("", ".lse");
      case CrossEntropy c -> List.of("", ".lse");
      case Dropout d -> List.of("", ".mask");
      case BatchNorm n -> List.of("", ".mean", ".rdev");
      case GroupNorm n -> List.of("", ".mean", ".rdev");
      case AttentionGrad a -> List.of("", ".k", ".v");
      case LayerNormParameterGrad n -> n.bias() ? List.of("", ".bias") : List.of("");
      case BatchNormParameterGrad n -> List.of("", ".bias");
      case GroupNormParameterGrad n -> List.of("", ".bias");
      case ForwardOp o -> List.of("");
      case GradientOp o -> List.of("");
    };
  }
}
