package autopar.planner;

import autopar.cluster.SoftwareProfiles;
import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.Severity;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import autopar.diagnostics.Suggestion;
import autopar.planner.Forced.MeshShape;
import autopar.schedule.ScheduleKind;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Reads the text of {@code --force}: {@code key=value} pairs separated by commas, lists per stage
 * separated by slashes ({@code layers=22/21/21,mesh=1x8/1x8/1x8}).
 */
public final class ForceParser {
  private static final List<String> KEYS =
      List.of(
          "tensor",
          "data",
          "stages",
          "micro_batch",
          "schedule",
          "virtual_stages",
          "recompute",
          "zero",
          "zero_group",
          "sequence_parallel",
          "overlap_gradients",
          "fp32_gradients",
          "attention",
          "software",
          "layers",
          "widths",
          "mesh");

  /** A value and where it stands in the text. */
  private record Entry(String text, int start, int end) {}

  private final SourceFile file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final List<Diagnostic> problems = new ArrayList<>();

  private ForceParser(SourceFile file) {
    this.file = file;
  }

  /**
   * The decisions that {@code text} forces.
   *
   * @throws InvalidInput with all unknown keys, malformed values and contradictions
   */
  public static Forced parse(String text) {
    return parse("--force", text);
  }

  /** As {@link #parse(String)}, where the text was given to another {@code option}. */
  public static Forced parse(String option, String text) {
    ForceParser parser = new ForceParser(new SourceFile(option, text));
    parser.split(text);
    Forced forced = parser.forced();
    parser.check(forced);
    if (!parser.problems.isEmpty()) {
      throw new InvalidInput(parser.problems);
    }
    return forced;
  }

  private void split(String text) {
    int start = 0;
    for (String pair : text.split(",", -1)) {
      int end = start + pair.length();
      int equals = pair.indexOf('=');
      String key = (equals < 0 ? pair : pair.substring(0, equals)).strip();
      if (pair.isBlank() && text.isBlank()) {
        return;
      }
      if (equals < 0) {
        problem(start, end, "'" + key + "' has no value", "write " + hintFor(key));
      } else if (!KEYS.contains(key)) {
        problem(start, start + equals, "unknown key '" + key + "'", nearest(key));
      } else if (entries.put(
              key, new Entry(pair.substring(equals + 1).strip(), start + equals + 1, end))
          != null) {
        problem(start, end, "the key '" + key + "' is given twice", "");
      }
      start = end + 1;
    }
  }

  private Forced forced() {
    return new Forced(
        count("tensor"),
        count("data"),
        count("stages"),
        number("micro_batch", 1, Integer.MAX_VALUE),
        constant("schedule", ScheduleKind.values(), ScheduleKind::text),
        count("virtual_stages"),
        constant("recompute", RecomputeMode.values(), RecomputeMode::text),
        small("zero", 0, 3),
        count("zero_group"),
        truth("sequence_parallel"),
        truth("overlap_gradients"),
        truth("fp32_gradients"),
        constant("attention", AttentionKind.values(), AttentionKind::text),
        Optional.ofNullable(entries.get("software")).map(Entry::text),
        perStage("layers", v -> integer(v, 0)),
        perStage("widths", v -> integer(v, 1)),
        perStage("mesh", ForceParser::mesh));
  }

  private void check(Forced forced) {
    OptionalInt stages = forced.stageCount();
    sameStages("layers", forced.layers(), stages);
    sameStages("widths", forced.widths(), stages);
    sameStages("mesh", forced.meshes(), stages);
    if (forced.virtualStages().orElse(1) > 1
        && forced.schedule().filter(k -> k != ScheduleKind.INTERLEAVED).isPresent()) {
      problemAt("virtual_stages", "only the interleaved schedule has virtual stages");
    }
    forced
        .software()
        .filter(name -> SoftwareProfiles.find(name).isEmpty())
        .ifPresent(name ->
            problemAt(
                "software",
                "no software profile '" + name + "'; known: " + SoftwareProfiles.names()));
    for (int i = 0; i < Math.min(forced.widths().size(), forced.meshes().size()); i++) {
      if (forced.widths().get(i) != forced.meshes().get(i).devices()) {
        problemAt(
            "mesh",
            "stage "
                + i
                + " has a width of "
                + forced.widths().get(i)
                + " and a mesh of "
                + forced.meshes().get(i).devices()
                + " devices");
      }
    }
  }

  private void sameStages(String key, List<?> values, OptionalInt stages) {
    if (!values.isEmpty() && values.size() != stages.orElse(values.size())) {
      problemAt(key, "'" + key + "' has " + values.size() + " stages, not " + stages.getAsInt());
    }
  }

  private OptionalInt count(String key) {
    return small(key, 1, Integer.MAX_VALUE);
  }

  private OptionalInt small(String key, int least, int most) {
    OptionalLong value = number(key, least, most);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  private OptionalLong number(String key, long least, long most) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return OptionalLong.empty();
    }
    Optional<Integer> value = integer(entry.text(), least).filter(v -> v <= most);
    if (value.isEmpty()) {
      problemAt(
          key,
          "'"
              + key
              + "' must be an integer "
              + (most == Integer.MAX_VALUE ? "of at least " + least : least + " to " + most));
      return OptionalLong.empty();
    }
    return OptionalLong.of(value.get());
  }

  private Optional<Boolean> truth(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    return switch (entry.text()) {
      case "true", "1", "yes", "on" -> Optional.of(true);
      case "false", "0", "no", "off" -> Optional.of(false);
      default -> {
        problemAt(key, "'" + key + "' must be true or false");
        yield Optional.empty();
      }
    };
  }

  private <E extends Enum<E>> Optional<E> constant(
      String key, E[] constants, Function<E, String> name) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    for (E constant : constants) {
      if (name.apply(constant).equals(entry.text())) {
        return Optional.of(constant);
      }
    }
    String names = String.join(", ", Arrays.stream(constants).map(name).toList());
    problemAt(key, "'" + key + "' must be one of " + names);
    return Optional.empty();
  }

  private <T> List<T> perStage(String key, Function<String, Optional<T>> element) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return List.of();
    }
    List<T> values = new ArrayList<>();
    for (String part : entry.text().split("/", -1)) {
      Optional<T> value = element.apply(part.strip());
      if (value.isEmpty()) {
        problemAt(key, "'" + part + "' is no entry of '" + key + "': write " + hintFor(key));
        return List.of();
      }
      values.add(value.get());
    }
    return values;
  }

  private static Optional<Integer> integer(String text, long least) {
    try {
      int value = Integer.parseInt(text);
      return value < least ? Optional.empty() : Optional.of(value);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<MeshShape> mesh(String text) {
    String[] sides = text.split("x", -1);
    if (sides.length != 2) {
      return Optional.empty();
    }
    return integer(sides[0], 1)
        .flatMap(data -> integer(sides[1], 1).map(tensor -> new MeshShape(data, tensor)))
        .filter(m -> (long) m.data() * m.tensor() <= Integer.MAX_VALUE);
  }

  private static String hintFor(String key) {
    return switch (key) {
      case "layers" -> "layers per stage, as in layers=22/21/21";
      case "widths" -> "devices per stage, as in widths=8/8/8";
      case "mesh" -> "data x tensor per stage, as in mesh=2x4/1x8";
      default -> key + "=value";
    };
  }

  private static String nearest(String key) {
    return Suggestion.among(KEYS, key)
        .map(k -> "did you mean '" + k + "'?")
        .orElse("the keys are " + String.join(", ", KEYS));
  }

  private void problemAt(String key, String message) {
    Entry entry = entries.get(key);
    problem(entry.start(), entry.end(), message, "");
  }

  private void problem(int start, int end, String message, String hint) {
    problems.add(
        new Diagnostic(
            "AP0802",
            Severity.ERROR,
            new SourceSpan(file, start, end),
            message,
            List.of(),
            hint.isEmpty() ? Optional.empty() : Optional.of(hint)));
  }
}
