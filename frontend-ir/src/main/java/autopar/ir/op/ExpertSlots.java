package autopar.ir.op;

/**
 * (choice [b, s, e]) -> i32 [b, s, e]: the place of each token of a sequence among those that chose
 * an expert (a choice is a number greater than zero), in the order of the sequence; -1 for tokens
 * that did not choose it and for those beyond {@code capacity}, which it drops. Places are counted
 * per sequence, as in groups of tokens of GShard (arXiv:2006.16668), so they depend neither on the
 * micro-batch nor on how the batch is sharded.
 */
public record ExpertSlots(long capacity) implements ForwardOp {

  @Override
  public boolean hasGradient() {
    return false;
  }
}
