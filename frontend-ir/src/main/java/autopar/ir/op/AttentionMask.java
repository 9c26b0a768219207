package autopar.ir.op;

/** Which keys a query may see. */
public sealed interface AttentionMask {

  /** Every key. */
  record Full() implements AttentionMask {}

  /** Keys at or before the query's position. */
  record Causal() implements AttentionMask {}

  /** Keys at or before the query's position, and the first {@code length} keys. */
  record Prefix(long length) implements AttentionMask {}

  /** True when keys after a query are hidden at least for late positions. */
  default boolean ordered() {
    return switch (this) {
      case Full f -> false;
      case Causal c -> true;
      case Prefix p -> true;
    };
  }

  /** Whether query {@code q} sees key {@code k}. */
  default boolean sees(long q, long k) {
    return switch (this) {
      case Full f -> true;
      case Causal c -> k <= q;
      case Prefix p -> k <= q || k < p.length;
    };
  }

  /** The value of the mask attribute in model text. */
  default String text() {
    return switch (this) {
      case Full f -> "none";
      case Causal c -> "causal";
      case Prefix p -> "prefix(" + p.length + ")";
    };
  }
}
