package autopar.ir.graph;

/** How a parameter's elements are drawn at the start. */
public sealed interface Initializer {
  record Normal(double standardDeviation) implements Initializer {}

  record Uniform(double low, double high) implements Initializer {}

  record Constant(double value) implements Initializer {}
}
