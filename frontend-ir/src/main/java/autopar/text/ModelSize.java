package autopar.text;

import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Graph;

/** Sizes of a whole model: its parameters and their optimizer state must be countable in bytes. */
record ModelSize(Graph graph, SourceSpan place, Diagnostics diagnostics) {

  private static final long MAX_PARAMETERS = 1L << 57;

  /** Reports a model that is too large. */
  boolean fits() {
    long parameters;
    try {
      parameters = graph.parameterCount();
    } catch (ArithmeticException tooMany) {
      parameters = Long.MAX_VALUE;
    }
    if (parameters > MAX_PARAMETERS) {
      diagnostics.error("AP0403", place, "the parameters of the model are larger than 2^62 bytes");
      return false;
    }
    return true;
  }
}
