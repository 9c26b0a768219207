package autopar.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The text of {@code --force} as keys and values, in order. */
record ForceText(Map<String, String> entries) {
  private static final List<String> PER_STAGE = List.of("layers", "widths", "mesh");

  ForceText {
    entries = new LinkedHashMap<>(entries);
  }

  /** The keys and values of a text that the parser accepts. */
  static ForceText of(String text) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        entries.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
    return new ForceText(entries);
  }

  boolean has(String key) {
    return entries.containsKey(key);
  }

  /** These decisions changed to {@code change}; what contradicts it is given up. */
  ForceText with(ForceText change) {
    Map<String, String> all = new LinkedHashMap<>(entries);
    if (change.has("stages")) {
      PER_STAGE.forEach(all::remove);
    }
    if (change.has("tensor")) {
      List.of("mesh", "data").forEach(all::remove);
    }
    if (change.has("mesh") || change.has("widths")) {
      List.of("stages", "tensor", "data", "mesh", "widths").forEach(all::remove);
    }
    if (change.has("schedule")) {
      all.remove("virtual_stages");
    }
    all.putAll(change.entries);
    return new ForceText(all);
  }

  /** The same decisions without {@code keys}. */
  ForceText without(List<String> keys) {
    Map<String, String> left = new LinkedHashMap<>(entries);
    keys.forEach(left::remove);
    return new ForceText(left);
  }

  /** The text for the command line. */
  String text() {
    return String.join(
        ",", entries.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
  }
}
