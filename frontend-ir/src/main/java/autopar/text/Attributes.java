package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceSpan;
import autopar.diagnostics.Suggestion;
import autopar.ir.op.AttentionMask;
import autopar.ir.type.Extent;
import autopar.text.Expression.Attribute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The named operands of one call. An op asks for those it knows; what is wrong, missing or never
 * asked for is reported, and then {@link #complete()} says no. A wrong attribute yields a harmless
 * value, so that the others are still checked.
 */
final class Attributes {

  private final Expression.Call call;
  private final Map<String, Expression> given = new LinkedHashMap<>();
  private final List<String> known = new ArrayList<>();
  private final Dims dims;
  private final Function<Expression, OptionalDouble> constants;
  private final Diagnostics diagnostics;
  private boolean wrong;

  /**
   * @param constants evaluates a number, empty after reporting why it is none
   */
  Attributes(
      Expression.Call call,
      Dims dims,
      Function<Expression, OptionalDouble> constants,
      Diagnostics diagnostics) {
    this.call = call;
    this.dims = dims;
    this.constants = constants;
    this.diagnostics = diagnostics;
    for (Attribute a : call.attributes()) {
      if (given.putIfAbsent(a.name().text(), a.value()) != null) {
        error(a.name().span(), "attribute '" + a.name().text() + "' is given twice");
      }
    }
  }

  /** True when nothing was wrong; reports attributes that were never asked for. */
  boolean complete() {
    for (Attribute a : call.attributes()) {
      String name = a.name().text();
      if (!known.contains(name)) {
        wrong = true;
        Diagnostic d =
            Diagnostic.error(
                "AP0202",
                a.name().span(),
                "'" + call.function().text() + "' has no attribute '" + name + "'");
        diagnostics.add(
            Suggestion.among(known, name)
                .map(s -> d.withHint("did you mean '" + s + "'?"))
                .orElse(
                    known.isEmpty()
                        ? d.withHint("it has none")
                        : d.withHint("it has " + String.join(", ", known))));
      }
    }
    return !wrong;
  }

  /** A finite number of at least {@code minimum}. */
  double real(String name, double preset, double minimum) {
    Optional<Expression> e = find(name, !Double.isNaN(preset));
    if (e.isEmpty()) {
      return Double.isNaN(preset) ? Math.max(1, minimum) : preset;
    }
    OptionalDouble value = constants.apply(e.get());
    if (value.isEmpty()) {
      wrong = true;
      return preset;
    }
    if (value.getAsDouble() < minimum) {
      error(
          e.get().span(),
          "'"
              + name
              + "' must be at least "
              + number(minimum)
              + ", this is "
              + number(value.getAsDouble()));
    }
    return value.getAsDouble();
  }

  /** A number greater than zero. */
  double positive(String name, double preset) {
    double value = real(name, preset, 0);
    if (value == 0) {
      error(given.get(name).span(), "'" + name + "' must be greater than 0");
    }
    return value;
  }

  /** A number in [0, 1). */
  double rate(String name, double preset) {
    double value = real(name, preset, 0);
    if (value >= 1 && given.containsKey(name)) {
      error(given.get(name).span(), "'" + name + "' must be less than 1, this is " + number(value));
      return 0;
    }
    return value;
  }

  /** A number that must be given. */
  double requiredRate(String name) {
    return rate(name, Double.NaN);
  }

  /** A whole number of at least {@code minimum}; must be given when {@code preset} is less. */
  long whole(String name, long preset, long minimum) {
    Optional<Expression> e = find(name, preset >= minimum);
    return e.isEmpty() ? Math.max(preset, minimum) : whole(e.get(), name, minimum);
  }

  private long whole(Expression e, String name, long minimum) {
    Optional<Size> size = dims.evaluate(e);
    if (size.isEmpty()) {
      wrong = true;
      return minimum;
    }
    if (size.get().batched()) {
      error(e.span(), "'" + name + "' cannot depend on the batch");
      return minimum;
    }
    if (size.get().count() < minimum) {
      error(
          e.span(),
          "'" + name + "' must be at least " + minimum + ", this is " + size.get().count());
      return minimum;
    }
    return size.get().count();
  }

  /** A size that may be a multiple of the batch. */
  Extent extent(String name) {
    Optional<Extent> size = find(name, false).flatMap(dims::extent);
    wrong |= size.isEmpty();
    return size.orElse(Extent.of(1));
  }

  /** A list of sizes. */
  List<Extent> extents(String name) {
    List<Extent> sizes = new ArrayList<>();
    for (Expression item : items(name, false)) {
      Optional<Extent> size = dims.extent(item);
      wrong |= size.isEmpty();
      size.ifPresent(sizes::add);
    }
    return sizes;
  }

  /** A list of dimensions of a tensor of {@code rank}; negative ones count from the end. */
  List<Integer> dimensions(String name, int rank, boolean optional) {
    List<Integer> dimensions = new ArrayList<>();
    for (Expression item : items(name, optional)) {
      int d = dimension(item, name, rank);
      if (dimensions.contains(d)) {
        error(item.span(), "'" + name + "' names dimension " + d + " twice");
      }
      dimensions.add(d);
    }
    return dimensions;
  }

  /** One dimension of a tensor of {@code rank}; negative ones count from the end. */
  int dimension(String name, int rank) {
    return find(name, false).map(e -> dimension(e, name, rank)).orElse(0);
  }

  private int dimension(Expression e, String name, int rank) {
    Optional<Size> size = dims.evaluate(e);
    if (size.isEmpty()) {
      wrong = true;
      return 0;
    }
    long d = size.get().count() < 0 ? size.get().count() + rank : size.get().count();
    if (size.get().batched() || d < 0 || d >= rank) {
      error(
          e.span(),
          "'" + name + "' names no dimension of a tensor that has " + rank + ": " + size.get());
      return 0;
    }
    return (int) d;
  }

  /** A list of whole numbers of at least {@code minimum}, exactly {@code length} of them. */
  List<Long> wholes(String name, int length, long minimum) {
    List<Long> list = new ArrayList<>();
    Optional<Expression> e = find(name, false);
    for (Expression item : items(name, false)) {
      list.add(whole(item, name, minimum));
    }
    if (e.isPresent() && !wrong && list.size() != length) {
      error(e.get().span(), "'" + name + "' is a list of " + length + " numbers");
    }
    while (list.size() < length) {
      list.add(minimum);
    }
    return list;
  }

  boolean flag(String name) {
    return find(name, false)
        .map(e -> {
          String word = e.asName().map(Name::text).orElse("");
          if (!word.equals("true") && !word.equals("false")) {
            error(e.span(), "'" + name + "' is true or false");
          }
          return word.equals("true");
        })
        .orElse(false);
  }

  /** {@code none}, {@code causal} or {@code prefix(length)}; none when it is not given. */
  AttentionMask mask() {
    Optional<Expression> e = find("mask", true);
    if (e.isEmpty()) {
      return new AttentionMask.Full();
    }
    String word = e.get().asName().map(Name::text).orElse("");
    if (word.equals("none")) {
      return new AttentionMask.Full();
    }
    if (word.equals("causal")) {
      return new AttentionMask.Causal();
    }
    if (e.get() instanceof Expression.Call c
        && c.function().text().equals("prefix")
        && c.operands().size() == 1
        && c.attributes().isEmpty()) {
      return new AttentionMask.Prefix(whole(c.operands().get(0), "prefix", 1));
    }
    if (e.get() instanceof Expression.Missing) {
      wrong = true;
    } else {
      error(e.get().span(), "'mask' is none, causal or prefix(length)");
    }
    return new AttentionMask.Full();
  }

  /** Reports that {@code name} is beyond what makes sense for it. */
  void tooLarge(String name) {
    error(given.get(name).span(), "'" + name + "' is too large");
  }

  private void error(SourceSpan span, String message) {
    wrong = true;
    diagnostics.error("AP0203", span, message);
  }

  private List<Expression> items(String name, boolean optional) {
    Optional<Expression> e = find(name, optional);
    if (e.isEmpty()) {
      return List.of();
    }
    if (e.get() instanceof Expression.Items list) {
      return list.items();
    }
    if (e.get() instanceof Expression.Missing) {
      wrong = true;
    } else {
      error(e.get().span(), "'" + name + "' is a list, like [1, 2]");
    }
    return List.of();
  }

  private Optional<Expression> find(String name, boolean optional) {
    if (!known.contains(name)) {
      known.add(name);
      if (!optional && !given.containsKey(name)) {
        error(
            call.function().span(),
            "'" + call.function().text() + "' needs the attribute '" + name + "'");
      }
    }
    return Optional.ofNullable(given.get(name));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
