package autopar.plan;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.Severity;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A value of a JSON document with the path that leads to it, for messages. */
record JsonPath(SourceFile file, String path, JsonNode node) {

  JsonPath at(String key) {
    JsonNode child = node.isObject() ? node.get(key) : null;
    if (child == null) {
      throw invalid(
          node.isObject()
              ? "the key '" + key + "' is missing" + (path.isEmpty() ? "" : " in " + path)
              : (path.isEmpty() ? "the document" : path) + " must be an object");
    }
    return new JsonPath(file, path.isEmpty() ? key : path + "." + key, child);
  }

  Optional<JsonPath> optional(String key) {
    return node.has(key) ? Optional.of(at(key)) : Optional.empty();
  }

  <T> List<T> list(Function<JsonPath, T> element) {
    if (!node.isArray()) {
      throw invalid(path + " must be an array");
    }
    List<T> values = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      values.add(element.apply(new JsonPath(file, path + "[" + i + "]", node.get(i))));
    }
    return values;
  }

  /** Every key of an object with its value, in the order of the text. */
  void entries(BiConsumer<String, JsonPath> entry) {
    if (!node.isObject()) {
      throw invalid(path + " must be an object");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      entry.accept(
          field.getKey(), new JsonPath(file, path + "." + field.getKey(), field.getValue()));
    }
  }

  String text() {
    if (!node.isTextual()) {
      throw invalid(path + " must be a string");
    }
    return node.textValue();
  }

  boolean truth() {
    if (!node.isBoolean()) {
      throw invalid(path + " must be true or false");
    }
    return node.booleanValue();
  }

  double number() {
    if (!node.isNumber()) {
      throw invalid(path + " must be a number");
    }
    return node.doubleValue();
  }

  long integer() {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw invalid(path + " must be an integer");
    }
    return node.longValue();
  }

  int smallInteger() {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw invalid(path + " must be an integer below 2^31");
    }
    return node.intValue();
  }

  /** The constant whose text this is. */
  <E extends Enum<E>> E constant(E[] constants, Function<E, String> name) {
    String text = text();
    List<String> names = new ArrayList<>();
    for (E constant : constants) {
      if (name.apply(constant).equals(text)) {
        return constant;
      }
      names.add(name.apply(constant));
    }
    throw invalid(path + " must be one of " + String.join(", ", names) + ", not '" + text + "'");
  }

  InvalidInput invalid(String message) {
    return invalid(file, "AP0902", message);
  }

  static InvalidInput invalid(SourceFile file, String code, String message) {
    return new InvalidInput(
        List.of(
            new Diagnostic(
                code,
                Severity.ERROR,
                new SourceSpan(file, 0, 0),
                message,
                List.of(),
                Optional.empty())));
  }
}
