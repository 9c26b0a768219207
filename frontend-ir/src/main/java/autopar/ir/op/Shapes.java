package autopar.ir.op;

import autopar.ir.type.TensorType;
import java.util.List;
import java.util.Optional;

/** What an op makes of its operands' types. */
public sealed interface Shapes {

  /** The types of the results; the first is the op's value, others are by-products for backward. */
  record Ok(List<TensorType> results) implements Shapes {
    public Ok {
      results = List.copyOf(results);
    }
  }

  /**
   * The operands do not fit.
   *
   * @param operand index of the operand to point at, or -1 for the op as a whole
   */
  record Mismatch(String message, int operand, Optional<String> hint) implements Shapes {}

  static Shapes ok(TensorType... results) {
    return new Ok(List.of(results));
  }

  static Shapes mismatch(int operand, String message) {
    return new Mismatch(message, operand, Optional.empty());
  }

  static Shapes mismatch(int operand, String message, String hint) {
    return new Mismatch(message, operand, Optional.of(hint));
  }
}
