package autopar.cli;

import autopar.units.Bytes;
import autopar.validation.ActivationCheck;
import autopar.validation.MemoryFact;
import autopar.validation.PublishedRun;
import autopar.validation.Validation;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What validation says about memory. */
final class MemoryReport {

  private MemoryReport() {}

  static void print(PrintWriter out, Validation.Memory memory) {
    out.printf("%nactivations of a layer on one of 8 devices against arXiv:2205.05198, table 2%n");
    for (ActivationCheck check : memory.activations()) {
      out.printf(
          Locale.ROOT,
          "  %-12s %-54s %11s %11s %+6.2f%%%n",
          check.model(),
          check.mode(),
          new Bytes((long) check.predictedBytes()),
          new Bytes((long) check.publishedBytes()),
          100 * check.error());
    }
    out.printf("%nruns that fitted or ran out of memory%n");
    for (MemoryFact fact : memory.facts()) {
      out.printf(
          Locale.ROOT,
          "  %-40s %11s of %11s  %-8s %-11s %s%n",
          fact.run().id(),
          new Bytes(fact.predictedBytes()),
          new Bytes(fact.usableBytes()),
          fact.fits() ? "fitted" : "did not",
          fact.isRight() ? "as predicted" : "WRONG",
          fact.memoryError().isPresent()
              ? String.format(Locale.ROOT, "peak %+.0f%%", 100 * fact.memoryError().getAsDouble())
              : "");
    }
    out.printf("  %d of %d as predicted%n", memory.right(), memory.facts().size());
    out.printf("%nfacts that cannot be priced%n");
    skipped(memory)
        .forEach((reason, runs) -> out.printf(Locale.ROOT, "  %3d  %s%n", runs.size(), reason));
  }

  private static Map<String, List<PublishedRun>> skipped(Validation.Memory memory) {
    return memory.skipped().stream()
        .collect(
            Collectors.groupingBy(
                run -> run.skipped().orElseThrow(), LinkedHashMap::new, Collectors.toList()));
  }

  static void write(JsonGenerator json, Validation.Memory memory) throws IOException {
    json.writeArrayFieldStart("activations");
    for (ActivationCheck check : memory.activations()) {
      json.writeStartObject();
      json.writeStringField("model", check.model());
      json.writeStringField("mode", check.mode());
      json.writeNumberField("predicted_bytes", check.predictedBytes());
      json.writeNumberField("published_bytes", check.publishedBytes());
      json.writeNumberField("error", check.error());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("memory_facts");
    for (MemoryFact fact : memory.facts()) {
      json.writeStartObject();
      json.writeStringField("id", fact.run().id());
      json.writeBooleanField("fits", fact.fits());
      json.writeBooleanField("predicted_to_fit", fact.predictedToFit());
      json.writeNumberField("predicted_bytes", fact.predictedBytes());
      json.writeNumberField("usable_bytes", fact.usableBytes());
      if (fact.memoryError().isPresent()) {
        json.writeNumberField("memory_error", fact.memoryError().getAsDouble());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("memory_facts_right", memory.right());
    json.writeArrayFieldStart("memory_facts_skipped");
    for (PublishedRun run : memory.skipped()) {
      json.writeStartObject();
      json.writeStringField("id", run.id());
      json.writeStringField("reason", run.skipped().orElseThrow());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
