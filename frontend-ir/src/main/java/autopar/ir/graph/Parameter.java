package autopar.ir.graph;

import autopar.diagnostics.SourceSpan;

/**
 * A trainable (or frozen) tensor: {@code value} is its value in the body or graph it belongs to.
 */
public record Parameter(Value value, Initializer initializer, boolean frozen, SourceSpan span) {

  public String name() {
    return value.name();
  }

  public long elements() {
    return value.type().elements(1);
  }
}
