package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceSpan;
import autopar.diagnostics.Suggestion;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tensor types as written, and the size that a tensor may have. */
final class Types {

  private static final List<String> ELEMENTS = List.of("i32", "f32", "bool");

  /** The widest element and all its optimizer state stay below 2^62 bytes with this many. */
  private static final long MAX_ELEMENTS = 1L << 57;

  private Types() {}

  /** The type that {@code text} spells, or empty after reporting what is wrong. */
  static Optional<TensorType> read(Statement.TypeText text, Dims dims, Diagnostics diagnostics) {
    Optional<ElementType> element =
        text.element().isEmpty()
            ? Optional.of(ElementType.REAL)
            : element(text.element().get(), diagnostics);
    List<Extent> shape = new ArrayList<>();
    boolean right = element.isPresent();
    for (Expression dim : text.dims()) {
      Optional<Extent> extent = dims.extent(dim);
      right &= extent.isPresent();
      extent.ifPresent(shape::add);
    }
    if (!right) {
      return Optional.empty();
    }
    TensorType type = new TensorType(element.get(), shape);
    return fits(type, text.span(), dims, diagnostics) ? Optional.of(type) : Optional.empty();
  }

  private static Optional<ElementType> element(Name name, Diagnostics diagnostics) {
    return switch (name.text()) {
      case "i32" -> Optional.of(ElementType.INT32);
      case "f32" -> Optional.of(ElementType.FLOAT32);
      case "bool" -> Optional.of(ElementType.BOOL);
      default -> {
        Diagnostic d =
            Diagnostic.error(
                "AP0208", name.span(), "there is no element type '" + name.text() + "'");
        diagnostics.add(
            d.withHint(
                Suggestion.among(ELEMENTS, name.text())
                    .map(s -> "did you mean '" + s + "'?")
                    .orElse("element types are i32, f32 and bool; real tensors have none")));
        yield Optional.empty();
      }
    };
  }

  /** Reports a tensor whose size is beyond all arithmetic. */
  static boolean fits(TensorType type, SourceSpan span, Dims dims, Diagnostics diagnostics) {
    long elements;
    try {
      elements = type.elements(dims.defaultBatch());
    } catch (ArithmeticException tooMany) {
      elements = Long.MAX_VALUE;
    }
    if (elements > MAX_ELEMENTS) {
      diagnostics.error("AP0403", span, "a tensor of type " + type + " is larger than 2^62 bytes");
      return false;
    }
    return true;
  }
}
