package autopar.validation;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import autopar.ir.type.Precision;
import autopar.planner.AttentionKind;
import autopar.training.RecomputeMode;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Reads tables of published runs: a JSON array of objects with {@code id}, {@code source}, {@code
 * priceable}, {@code strict}, {@code spec} and {@code measured}.
 *
 * <p>Words never seen before (a GPU, a software, an architecture) are kept and get their nearest
 * documented default when the row is priced.
 */
public final class PublishedRuns {
  private static final double GIGABYTE = 1e9;
  private static final double GIBIBYTE = 1L << 30;

  private final SourceFile file;
  private final Diagnostics diagnostics = new Diagnostics();

  private PublishedRuns(SourceFile file) {
    this.file = file;
  }

  /** The strict rows that ship with the project. */
  public static List<PublishedRun> shipped() {
    return read(resource("published-rows.json"));
  }

  /** Runs of which is known whether they fitted, and of some how much they took. */
  static List<PublishedRun> facts() {
    return new PublishedRuns(resource("memory-facts.json")).rows("memory");
  }

  /** A text that ships with the project. */
  static SourceFile resource(String name) {
    try (InputStream in = PublishedRuns.class.getResourceAsStream(name)) {
      return new SourceFile(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The training rows of a table; rows of other kinds (inference, memory facts) are left out.
   *
   * @throws InvalidInput AP0901 where the file is no such table, AP0902 where a priceable row lacks
   *     a fact or has a wrong one
   */
  public static List<PublishedRun> read(SourceFile file) {
    return new PublishedRuns(file).rows("training");
  }

  private List<PublishedRun> rows(String kind) {
    JsonNode table;
    try {
      table = new ObjectMapper().readTree(file.text());
    } catch (JsonProcessingException e) {
      int at = Math.clamp(e.getLocation().getCharOffset(), 0, file.text().length());
      throw new InvalidInput(
          Diagnostic.error("AP0901", file.span(at, at), "not JSON: " + e.getOriginalMessage()));
    }
    if (!table.isArray()) {
      throw new InvalidInput(
          Diagnostic.error("AP0901", file.span(0, 0), "a table of runs is a JSON array"));
    }
    List<PublishedRun> runs = new ArrayList<>();
    for (JsonNode row : table) {
      if (row.path("kind").asText("training").equals(kind)) {
        runs.add(run(row));
      }
    }
    diagnostics.throwIfErrors();
    return List.copyOf(runs);
  }

  private PublishedRun run(JsonNode row) {
    String id = row.path("id").asText("?");
    JsonNode spec = row.path("spec");
    Optional<String> skipped = Optional.empty();
    if (!spec.isObject()) {
      skipped = Optional.of("the layout is not complete");
    } else if (!row.path("priceable").asBoolean(true)) {
      skipped = Optional.of(reason(row.path("not_priceable_because")));
    } else if (row.path("measured").has("fits")) {
      skipped = Optional.empty();
    } else if (!(spec.path("measured_s").asDouble() > 0)) {
      skipped = Optional.of("no measured seconds");
    }
    return new PublishedRun(
        id,
        row.path("source").path("title").asText(row.path("source").asText("?")),
        row.path("source").path("table_or_path").asText(""),
        skipped.isPresent() ? Optional.empty() : Optional.of(spec(id, spec)),
        skipped,
        spec.path("measured_s").asDouble(),
        peak(row.path("measured")),
        fits(row.path("measured")),
        row.path("strict").asBoolean());
  }

  private static String reason(JsonNode reason) {
    if (reason.isArray()) {
      List<String> parts = new ArrayList<>();
      reason.forEach(part -> parts.add(part.asText()));
      return String.join("; ", parts);
    }
    return reason.asText("not priceable");
  }

  private static Optional<Boolean> fits(JsonNode measured) {
    return measured.path("fits").isBoolean()
        ? Optional.of(measured.path("fits").asBoolean())
        : Optional.empty();
  }

  private static OptionalDouble peak(JsonNode measured) {
    if (measured.path("peak_mem_gib").isNumber()) {
      return OptionalDouble.of(measured.path("peak_mem_gib").asDouble() * GIBIBYTE);
    }
    return measured.path("peak_mem_gb").isNumber()
        ? OptionalDouble.of(measured.path("peak_mem_gb").asDouble() * GIGABYTE)
        : OptionalDouble.empty();
  }

  private RunSpec spec(String id, JsonNode s) {
    int heads = size(id, s, "heads");
    int stages = optionalCount(s, "pp", 1);
    return new RunSpec(
        s.path("architecture").asText("gpt"),
        size(id, s, "layers"),
        size(id, s, "hidden"),
        heads,
        optionalCount(s, "kv_heads", heads),
        size(id, s, "ffn"),
        size(id, s, "vocab"),
        size(id, s, "seq"),
        s.path("experts").asInt(0) > 0
            ? OptionalInt.of(s.path("experts").asInt())
            : OptionalInt.empty(),
        s.path("gpu").asText(""),
        count(id, s, "devices"),
        optionalCount(s, "devices_per_host", 8),
        s.path("nic_gbps_per_host").isNumber()
            ? OptionalDouble.of(s.path("nic_gbps_per_host").asDouble())
            : OptionalDouble.empty(),
        count(id, s, "global_batch"),
        count(id, s, "micro_batch"),
        optionalCount(s, "tp", 1),
        stages,
        optionalCount(s, "dp", 1),
        optionalCount(s, "virtual_stages", 1),
        s.path("sequence_parallel").asBoolean(),
        recompute(s.path("recompute").asText("none")),
        Math.clamp(s.path("zero").asInt(0), 0, 3),
        s.path("zero_group").isInt()
            ? OptionalInt.of(s.path("zero_group").asInt())
            : OptionalInt.empty(),
        precision(s.path("precision").asText("bf16")),
        s.path("fp32_gradients").asBoolean(),
        s.path("attention").asText("flash").startsWith("unfused")
            ? AttentionKind.UNFUSED
            : AttentionKind.FLASH,
        s.path("software").asText(""),
        s.path("overlap_gradients").asBoolean(),
        s.path("cluster_state").asText(""));
  }

  /** A size of the model; 1 where its file knows better. */
  private int size(String id, JsonNode spec, String key) {
    return RunRequest.hasOwnSizes(spec.path("architecture").asText()) ? 1 : count(id, spec, key);
  }

  private int count(String id, JsonNode spec, String key) {
    int value = spec.path(key).asInt(0);
    if (value < 1) {
      diagnostics.error(
          "AP0902", place(id), "row '" + id + "': '" + key + "' must be a whole number above 0");
      return 1;
    }
    return value;
  }

  private static int optionalCount(JsonNode spec, String key, int otherwise) {
    return Math.max(1, spec.path(key).asInt(otherwise));
  }

  private SourceSpan place(String id) {
    int at = Math.max(0, file.text().indexOf("\"" + id + "\""));
    return file.span(at, Math.min(file.text().length(), at + id.length() + 2));
  }

  private static RecomputeMode recompute(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (RecomputeMode mode : RecomputeMode.values()) {
      if (lower.startsWith(mode.text())) {
        return mode;
      }
    }
    return RecomputeMode.NONE;
  }

  private static Precision precision(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (Precision precision : Precision.values()) {
      if (lower.startsWith(precision.text())) {
        return precision;
      }
    }
    return Precision.BF16;
  }
}
