package autopar.ir.op;

/**
 * (y [b, e, c, h], slots i32 [b, s, e], weights [b, s, e]?) -> [b, s, h]: per token the sum over
 * experts of what its place holds, times its weight if there are any. The transpose of {@link
 * DispatchTokens}.
 */
public record CombineTokens() implements ForwardOp {}
