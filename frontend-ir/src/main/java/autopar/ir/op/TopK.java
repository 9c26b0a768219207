package autopar.ir.op;

/**
 * x [.., n] -> 1 where x is among the {@code k} largest of the last dimension, 0 elsewhere; of
 * equal numbers the first ones count as larger. A step function: it has no gradient.
 */
public record TopK(long k) implements ForwardOp {

  @Override
  public boolean hasGradient() {
    return false;
  }
}
