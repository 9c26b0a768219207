package autopar.text;

import autopar.diagnostics.Diagnostics;
import autopar.ir.graph.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** How parameters start: {@code normal(std)}, {@code uniform(a, b)}, {@code zeros}, ... */
final class Initializers {

  private static final Initializer ZEROS = new Initializer.Constant(0);
  private static final Initializer ONES = new Initializer.Constant(1);

  private Initializers() {}

  /**
   * What a silent declaration means: gains are ones, biases and vectors zeros, weights
   * normal(0.02).
   */
  static Initializer preset(String name, int rank) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    if (last.startsWith("gain") || last.startsWith("scale") || last.startsWith("gamma")) {
      return ONES;
    }
    return rank <= 1 || last.contains("bias") ? ZEROS : new Initializer.Normal(0.02);
  }

  /** The text that {@link #read} understands. */
  static String text(Initializer initializer) {
    return switch (initializer) {
      case Initializer.Normal n -> "normal(" + n.standardDeviation() + ")";
      case Initializer.Uniform u -> "uniform(" + u.low() + ", " + u.high() + ")";
      case Initializer.Constant c ->
          c.equals(ZEROS) ? "zeros" : c.equals(ONES) ? "ones" : "constant(" + c.value() + ")";
    };
  }

  /** The initializer that {@code e} spells, or empty after reporting what is wrong. */
  static Optional<Initializer> read(
      Expression e, Function<Expression, OptionalDouble> constants, Diagnostics diagnostics) {
    if (e instanceof Expression.Missing) {
      return Optional.empty();
    }
    String word = e.asName().map(Name::text).orElse("");
    if (word.equals("zeros")) {
      return Optional.of(ZEROS);
    }
    if (word.equals("ones")) {
      return Optional.of(ONES);
    }
    if (e instanceof Expression.Call c && c.attributes().isEmpty()) {
      int wanted =
          switch (c.function().text()) {
            case "normal", "constant" -> 1;
            case "uniform" -> 2;
            default -> -1;
          };
      if (wanted == c.operands().size()) {
        return drawn(c, constants, diagnostics);
      }
    }
    diagnostics.error(
        "AP0209",
        e.span(),
        "an initializer is normal(std), uniform(low, high), constant(c), zeros or ones");
    return Optional.empty();
  }

  private static Optional<Initializer> drawn(
      Expression.Call call,
      Function<Expression, OptionalDouble> constants,
      Diagnostics diagnostics) {
    List<Double> numbers = new ArrayList<>();
    for (Expression operand : call.operands()) {
      constants.apply(operand).ifPresent(numbers::add);
    }
    if (numbers.size() < call.operands().size()) {
      return Optional.empty();
    }
    double first = numbers.get(0);
    return switch (call.function().text()) {
      case "normal" -> {
        if (first < 0) {
          diagnostics.error("AP0209", call.span(), "a standard deviation is not negative");
          yield Optional.empty();
        }
        yield Optional.of(new Initializer.Normal(first));
      }
      case "uniform" -> {
        if (first > numbers.get(1)) {
          diagnostics.error("AP0209", call.span(), "the first bound is the lower one");
          yield Optional.empty();
        }
        yield Optional.of(new Initializer.Uniform(first, numbers.get(1)));
      }
      default -> Optional.of(new Initializer.Constant(first));
    };
  }
}
