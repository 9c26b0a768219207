package autopar.runtime.reference;

import autopar.ir.op.Attention;
import autopar.ir.op.AttentionBiasGrad;
import autopar.ir.op.AttentionGrad;
import autopar.ir.op.Dropout;
import autopar.ir.op.Op;

/** Ops that draw random masks by local index, which shards cannot repeat. */
final class OpsWithMasks {

  private OpsWithMasks() {}

  static boolean resultIsRandom(Op op, int result) {
    return switch (op) {
      case Dropout d -> true;
      case Attention a -> a.dropout() > 0 && result == 0;
      case AttentionGrad a -> a.dropout() > 0;
      case AttentionBiasGrad a -> a.dropout() > 0;
      default -> false;
    };
  }
}
