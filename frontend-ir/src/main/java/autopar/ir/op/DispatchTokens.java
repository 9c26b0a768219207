package autopar.ir.op;

/**
 * (x [b, s, h], slots i32 [b, s, e], weights [b, s, e]?) -> [b, e, c, h]: every token of x, times
 * its weight if there are any, in its places among the {@code c = capacity} of each expert; zeros
 * in places that no token has. The slots are those of {@link ExpertSlots}; those beyond {@code
 * capacity} are no places here.
 */
public record DispatchTokens(long capacity) implements ForwardOp {}
