package autopar.cluster;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceSpan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * One object of a cluster file while it is read. Every question notes its key as known and reports
 * what is wrong with the answer; a stand-in comes back so that reading goes on to the next error.
 */
final class Section {
  private static final double STAND_IN = 1;

  private final String path;
  private final PlacedJson.Fields fields;
  private final Diagnostics diagnostics;
  private final SortedMap<String, Quantity> numbers;
  private final Set<String> known = new LinkedHashSet<>();

  Section(
      String path,
      PlacedJson.Fields fields,
      Diagnostics diagnostics,
      SortedMap<String, Quantity> numbers) {
    this.path = path;
    this.fields = fields;
    this.diagnostics = diagnostics;
    this.numbers = numbers;
  }

  /** The object under {@code key}; an empty one where it is missing or something else. */
  Section section(String key) {
    PlacedJson.Fields inner =
        find(key, true) instanceof PlacedJson value ? asFields(key, value) : empty();
    return new Section(path + key + ".", inner, diagnostics, numbers);
  }

  /** The objects of the array under {@code key}; those that are something else are left out. */
  List<Section> sections(String key) {
    PlacedJson value = find(key, true);
    if (!(value instanceof PlacedJson.Items array)) {
      if (value != null) {
        wrongType(key, value, "an array");
      }
      return List.of();
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < array.items().size(); i++) {
      String name = key + "[" + i + "]";
      if (array.items().get(i) instanceof PlacedJson.Fields inner) {
        sections.add(new Section(path + name + ".", inner, diagnostics, numbers));
      } else {
        wrongType(name, array.items().get(i), "an object");
      }
    }
    return sections;
  }

  /** True where the object has {@code key}. */
  boolean has(String key) {
    known.add(key);
    return fields.members().containsKey(key);
  }

  /** A string that is not blank. */
  String text(String key) {
    PlacedJson value = find(key, true);
    if (value == null) {
      return "";
    }
    if (value instanceof PlacedJson.Text text && !text.text().isBlank()) {
      return text.text();
    }
    wrongType(key, value, "a string");
    return "";
  }

  /** Where the value of {@code key} stands. */
  SourceSpan spanOf(String key) {
    PlacedJson.Member member = fields.members().get(key);
    return member == null ? fields.span() : member.value().span();
  }

  /** Where {@code key} stands; the object where it does not. */
  SourceSpan spanOfKey(String key) {
    PlacedJson.Member member = fields.members().get(key);
    return member == null ? fields.span() : member.key();
  }

  /** A number with unit and provenance, in SI units. */
  double number(String key, Unit.Dimension dimension) {
    PlacedJson value = find(key, true);
    return value == null ? STAND_IN : quantity(key, value, dimension);
  }

  /** The same, or {@code otherwise} where the key is absent. */
  double numberOr(String key, Unit.Dimension dimension, double otherwise) {
    return has(key) ? number(key, dimension) : otherwise;
  }

  /** A part between 0 and 1. */
  double fraction(String key) {
    double value = number(key, Unit.Dimension.NUMBER);
    if (value > 1) {
      error("AP0705", spanOf(key), "'" + path + key + "' is a fraction, so at most 1");
    }
    return value;
  }

  /** A whole number of at least one. */
  int count(String key) {
    double value = number(key, Unit.Dimension.NUMBER);
    if (value < 1 || value != Math.rint(value) || value > Integer.MAX_VALUE) {
      error("AP0705", spanOf(key), "'" + path + key + "' is a whole number of at least 1");
      return 1;
    }
    return (int) value;
  }

  /** A number above zero. */
  double positive(String key, Unit.Dimension dimension) {
    double value = number(key, dimension);
    if (!(value > 0)) {
      error("AP0705", spanOf(key), "'" + path + key + "' must be above zero");
      return STAND_IN;
    }
    return value;
  }

  /** Reports keys that nobody asked for. */
  void close() {
    fields
        .members()
        .forEach((key, member) -> {
          if (!known.contains(key)) {
            Diagnostic unknown =
                Diagnostic.error("AP0702", member.key(), "unknown key '" + path + key + "'");
            Optional<String> near = Spelling.nearest(key, known);
            diagnostics.add(
                near.isPresent()
                    ? unknown.withHint("did you mean '" + near.get() + "'?")
                    : unknown.withHint("known here: " + String.join(", ", known)));
          }
        });
  }

  void error(String code, SourceSpan span, String message) {
    diagnostics.error(code, span, message);
  }

  private double quantity(String key, PlacedJson value, Unit.Dimension dimension) {
    if (!(value instanceof PlacedJson.Fields object)) {
      wrongType(key, value, "an object with value, unit and provenance");
      return STAND_IN;
    }
    Section parts = new Section(path + key + ".", object, diagnostics, numbers);
    double written = parts.plainNumber("value");
    Unit unit = parts.unit(dimension);
    Provenance provenance = parts.provenance();
    parts.close();
    if (written < 0) {
      error("AP0705", parts.spanOf("value"), "'" + path + key + "' is negative");
      return STAND_IN;
    }
    Quantity quantity = new Quantity(written, unit, provenance);
    numbers.put(path + key, quantity);
    return quantity.si();
  }

  private double plainNumber(String key) {
    PlacedJson value = find(key, true);
    if (value == null) {
      return STAND_IN;
    }
    if (value instanceof PlacedJson.Number number && Double.isFinite(number.value())) {
      return number.value();
    }
    wrongType(key, value, "a number");
    return STAND_IN;
  }

  private Unit unit(Unit.Dimension dimension) {
    Unit standIn = first(dimension);
    String text = text("unit");
    if (text.isEmpty()) {
      return standIn;
    }
    Optional<Unit> unit = Unit.of(text);
    if (unit.isEmpty() || unit.get().dimension() != dimension) {
      List<String> right = new ArrayList<>();
      for (Unit candidate : Unit.values()) {
        if (candidate.dimension() == dimension) {
          right.add(candidate.text());
        }
      }
      diagnostics.add(
          Diagnostic.error(
                  "AP0706", spanOf("unit"), "'" + text + "' is no unit of " + dimension.text())
              .withHint("one of: " + String.join(", ", right)));
      return standIn;
    }
    return unit.get();
  }

  private static Unit first(Unit.Dimension dimension) {
    for (Unit unit : Unit.values()) {
      if (unit.dimension() == dimension) {
        return unit;
      }
    }
    throw new IllegalArgumentException("no unit of " + dimension);
  }

  private Provenance provenance() {
    Provenance found = null;
    for (Provenance.Kind kind : Provenance.Kind.values()) {
      if (has(kind.text())) {
        String text = text(kind.text());
        if (found != null) {
          error("AP0707", fields.span(), "'" + owner() + "' has two provenances");
        }
        found = new Provenance(kind, text.isBlank() ? "?" : text);
      }
    }
    if (found == null) {
      diagnostics.add(
          Diagnostic.error("AP0707", fields.span(), "'" + owner() + "' does not say its provenance")
              .withHint("one of the keys measured, published, derived, with source or formula"));
      return new Provenance(Provenance.Kind.DERIVED, "?");
    }
    return found;
  }

  private String owner() {
    return path.substring(0, path.length() - 1);
  }

  private PlacedJson find(String key, boolean required) {
    known.add(key);
    PlacedJson.Member member = fields.members().get(key);
    if (member == null && required) {
      error("AP0703", fields.span(), "missing key '" + path + key + "'");
    }
    return member == null ? null : member.value();
  }

  private PlacedJson.Fields asFields(String key, PlacedJson value) {
    if (value instanceof PlacedJson.Fields inner) {
      return inner;
    }
    wrongType(key, value, "an object");
    return empty();
  }

  private PlacedJson.Fields empty() {
    return new PlacedJson.Fields(fields.span(), java.util.Map.of());
  }

  private void wrongType(String key, PlacedJson value, String expected) {
    error(
        "AP0704",
        value.span(),
        "'" + path + key + "' is " + value.noun() + ", expected " + expected);
  }
}
