package autopar.ir.op;

/**
 * (x [b, s, h], y [b, e, c, h], slots i32 [b, s, e]) -> [b, s, e]: the product of every token with
 * what its place at each expert holds, 0 where it has none. The gradient of the weights of {@link
 * DispatchTokens} and {@link CombineTokens}.
 */
public record RoutedProduct() implements GradientOp {}
