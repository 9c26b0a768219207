package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceSpan;
import autopar.diagnostics.Suggestion;
import autopar.ir.type.Extent;
import autopar.text.Expression.Operator;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The dims of a model and the arithmetic of sizes.
 *
 * <p>Dims may be declared in any order; an override replaces a dim's expression before anything is
 * evaluated. Whatever is wrong is reported once, where it is written.
 */
final class Dims {

  private enum State {
    WAITING,
    RUNNING,
    DONE
  }

  private static final class Entry {
    final Statement.Dim dim;
    State state = State.WAITING;
    Optional<Size> size = Optional.empty();

    Entry(Statement.Dim dim) {
      this.dim = dim;
    }
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, Long> overrides;
  private final Diagnostics diagnostics;
  private final Set<String> forgiven;
  private Optional<Name> batch = Optional.empty();
  private long defaultBatch = 1;
  private int depth;

  /**
   * @param forgiven names that need no error when they are unknown, see {@link
   *     SyntaxReader.Syntax#perhapsDeclared()}
   */
  Dims(Map<String, Long> overrides, Set<String> forgiven, Diagnostics diagnostics) {
    this.overrides = overrides;
    this.forgiven = forgiven;
    this.diagnostics = diagnostics;
  }

  void declare(Statement.Dim dim) {
    Entry first = entries.get(dim.name().text());
    if (first != null) {
      diagnostics.add(
          Diagnostic.error(
                  "AP0302", dim.name().span(), "dim '" + dim.name().text() + "' is declared twice")
              .withNote(first.dim.name().span(), "first declared here"));
      return;
    }
    entries.put(dim.name().text(), new Entry(dim));
    if (dim.batch()) {
      if (batch.isPresent()) {
        diagnostics.add(
            Diagnostic.error("AP0405", dim.name().span(), "a model has one batch dim")
                .withNote(batch.get().span(), "the first one is here"));
      } else {
        batch = Optional.of(dim.name());
      }
    }
  }

  /** Evaluates every dim, so that those nobody uses are checked too. */
  void evaluateAll() {
    for (Map.Entry<String, Long> override : new TreeMap<>(overrides).entrySet()) {
      if (!entries.containsKey(override.getKey()) && !forgiven.contains(override.getKey())) {
        unknownOverride(override.getKey());
      }
    }
    entries.values().forEach(this::size);
  }

  private void unknownOverride(String name) {
    Diagnostic d =
        Diagnostic.error("AP0304", SourceSpan.NONE, "there is no dim '" + name + "' to set");
    diagnostics.add(
        Suggestion.among(entries.keySet(), name)
            .map(s -> d.withHint("did you mean '" + s + "'?"))
            .orElse(
                entries.isEmpty()
                    ? d
                    : d.withHint("the dims are " + String.join(", ", entries.keySet()))));
  }

  /** The name of the batch dim, if one is declared. */
  Optional<Name> batch() {
    return batch;
  }

  boolean isDim(String name) {
    return entries.containsKey(name);
  }

  Optional<SourceSpan> declaration(String name) {
    return Optional.ofNullable(entries.get(name)).map(e -> e.dim.name().span());
  }

  Collection<String> names() {
    return entries.keySet();
  }

  /** The declared size of the batch once all is evaluated; 1 where it is unknown or wrong. */
  long defaultBatch() {
    return defaultBatch;
  }

  /** Every dim but the batch dim with its value, in order; those made of the batch at its size. */
  Map<String, Long> values() {
    Map<String, Long> values = new LinkedHashMap<>();
    for (Map.Entry<String, Entry> e : entries.entrySet()) {
      boolean isBatch = batch.isPresent() && batch.get().text().equals(e.getKey());
      if (!isBatch && e.getValue().size.isPresent()) {
        Size size = e.getValue().size.get();
        values.put(
            e.getKey(), size.batched() ? saturated(size.count(), defaultBatch()) : size.count());
      }
    }
    return values;
  }

  private static long saturated(long a, long b) {
    return Math.multiplyHigh(a, b) == 0 && a * b > 0 ? Math.min(a * b, Size.MAX) : Size.MAX;
  }

  /** The value of a dim by name, if it is one and right. */
  Optional<Size> lookup(String name) {
    return Optional.ofNullable(entries.get(name)).flatMap(this::size);
  }

  /** A dimension of a tensor: a positive size, or empty after reporting why not. */
  Optional<Extent> extent(Expression expression) {
    return evaluate(expression)
        .filter(s -> positive(s, expression.span(), "a dimension"))
        .map(Size::extent);
  }

  private boolean positive(Size size, SourceSpan span, String what) {
    if (size.count() < 1) {
      diagnostics.error("AP0401", span, what + " must be at least 1, this is " + size.count());
      return false;
    }
    return true;
  }

  /** The value of {@code expression}, or empty after reporting why there is none. */
  Optional<Size> evaluate(Expression expression) {
    return switch (expression) {
      case Expression.Number n -> number(n);
      case Expression.Reference r -> reference(r.name());
      case Expression.Chain c -> chain(c);
      case Expression.Negation n ->
          evaluate(n.operand()).map(s -> new Size(-s.count(), s.batched()));
      case Expression.Missing m -> Optional.empty();
      case Expression.Text t -> notASize(t);
      case Expression.Call c -> notASize(c);
      case Expression.Repeat r -> notASize(r);
      case Expression.Items i -> notASize(i);
    };
  }

  private Optional<Size> notASize(Expression e) {
    diagnostics.add(
        Diagnostic.error("AP0407", e.span(), "this is not a size")
            .withHint("sizes are whole numbers, dims, and sums and products of them"));
    return Optional.empty();
  }

  private Optional<Size> number(Expression.Number n) {
    if (!n.integer()) {
      diagnostics.error("AP0407", n.span(), "a size is a whole number, this is " + n.text());
      return Optional.empty();
    }
    // 2^62 has 19 digits.
    String digits = n.text().replaceFirst("^0+(?=.)", "");
    long value = digits.length() > 19 ? -1 : parse(digits);
    if (value < 0 || value > Size.MAX) {
      return overflow(n.span());
    }
    return Optional.of(Size.of(value));
  }

  private static long parse(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException tooLarge) {
      return -1;
    }
  }

  private Optional<Size> overflow(SourceSpan span) {
    diagnostics.error("AP0403", span, "this size is larger than 2^62");
    return Optional.empty();
  }

  private Optional<Size> reference(Name name) {
    Entry entry = entries.get(name.text());
    if (entry != null) {
      return size(entry);
    }
    if (!forgiven.contains(name.text())) {
      Diagnostic d =
          Diagnostic.error("AP0301", name.span(), "there is no dim '" + name.text() + "'");
      diagnostics.add(
          Suggestion.among(entries.keySet(), name.text())
              .map(s -> d.withHint("did you mean '" + s + "'?"))
              .orElse(d));
    }
    return Optional.empty();
  }

  private Optional<Size> chain(Expression.Chain c) {
    Optional<Size> left = evaluate(c.terms().get(0));
    for (int i = 1; i < c.terms().size(); i++) {
      Optional<Size> right = evaluate(c.terms().get(i));
      if (left.isPresent() && right.isPresent()) {
        SourceSpan span = c.terms().get(0).span().to(c.terms().get(i).span());
        left = combine(left.get(), c.operators().get(i - 1), right.get(), span);
      } else {
        left = Optional.empty();
      }
    }
    return left;
  }

  private Optional<Size> combine(Size a, Operator operator, Size b, SourceSpan span) {
    try {
      return switch (operator) {
        case ADD -> sum(a, b, 1, span);
        case SUBTRACT -> sum(a, b, -1, span);
        case MULTIPLY -> {
          if (a.batched() && b.batched()) {
            diagnostics.error("AP0405", span, "a size may hold the batch only once");
            yield Optional.empty();
          }
          yield bounded(
              new Size(Math.multiplyExact(a.count(), b.count()), a.batched() || b.batched()), span);
        }
        case DIVIDE -> quotient(a, b, span);
      };
    } catch (ArithmeticException tooLarge) {
      return overflow(span);
    }
  }

  private Optional<Size> bounded(Size size, SourceSpan span) {
    return Math.abs(size.count()) > Size.MAX ? overflow(span) : Optional.of(size);
  }

  private Optional<Size> sum(Size a, Size b, int sign, SourceSpan span) {
    if (a.batched() != b.batched() && a.count() != 0 && b.count() != 0) {
      diagnostics.add(
          Diagnostic.error("AP0405", span, "a constant cannot be added to a multiple of the batch")
              .withHint("the batch is split into micro-batches; a size is k or k * batch"));
      return Optional.empty();
    }
    long count = Math.addExact(a.count(), Math.multiplyExact(sign, b.count()));
    return bounded(new Size(count, a.batched() || b.batched()), span);
  }

  private Optional<Size> quotient(Size a, Size b, SourceSpan span) {
    if (b.count() == 0) {
      diagnostics.error("AP0402", span, "division by zero");
      return Optional.empty();
    }
    if (b.batched() && !a.batched()) {
      diagnostics.error("AP0405", span, "a size cannot be divided by the batch");
      return Optional.empty();
    }
    if (a.count() % b.count() != 0) {
      diagnostics.add(
          Diagnostic.error(
                  "AP0402", span, a.count() + " does not divide by " + b.count() + " exactly")
              .withHint(a.count() + " / " + b.count() + " leaves " + a.count() % b.count()));
      return Optional.empty();
    }
    return Optional.of(new Size(a.count() / b.count(), a.batched() && !b.batched()));
  }

  private Optional<Size> size(Entry entry) {
    switch (entry.state) {
      case DONE -> {
        return entry.size;
      }
      case RUNNING -> {
        diagnostics.error(
            "AP0406",
            entry.dim.name().span(),
            "dim '" + entry.dim.name().text() + "' is defined by itself");
        return Optional.empty();
      }
      case WAITING -> entry.state = State.RUNNING;
    }
    if (depth >= SyntaxReader.MAX_NESTING) {
      diagnostics.error(
          "AP0104",
          entry.dim.name().span(),
          "dims are defined by later dims over more than " + SyntaxReader.MAX_NESTING + " levels");
    } else {
      depth++;
      entry.size = declaredSize(entry);
      depth--;
    }
    entry.state = State.DONE;
    return entry.size;
  }

  private Optional<Size> declaredSize(Entry entry) {
    Name name = entry.dim.name();
    Long override = overrides.get(name.text());
    SourceSpan span = valueSpan(entry, override);
    Optional<Size> value =
        (override != null ? Optional.of(Size.of(override)) : evaluate(entry.dim.value()))
            .filter(s -> positive(s, span, "dim '" + name.text() + "'"))
            .flatMap(s -> bounded(s, span));
    if (batch.isEmpty() || batch.get() != name) {
      return value;
    }
    // Sizes made of the batch stay symbolic whatever is wrong with its default.
    value.ifPresent(s -> defaultBatch = s.count());
    return Optional.of(new Size(1, true));
  }

  private static SourceSpan valueSpan(Entry entry, Long override) {
    return override != null ? entry.dim.name().span() : entry.dim.value().span();
  }
}
