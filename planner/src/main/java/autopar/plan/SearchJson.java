package autopar.plan;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Optional;

/** The JSON form of a {@link SearchReport}. */
final class SearchJson {
  private SearchJson() {}

  static void write(JsonGenerator out, SearchReport search) throws IOException {
    out.writeStartObject();
    out.writeNumberField("wall_s", search.wallSeconds());
    out.writeNumberField("seed", search.seed());
    out.writeNumberField("threads", search.threads());
    out.writeNumberField("candidates", search.candidates());
    out.writeStringField("solver", search.solver());
    out.writeArrayFieldStart("runner_ups");
    for (RunnerUp runnerUp : search.runnerUps()) {
      out.writeStartObject();
      out.writeStringField("layout", runnerUp.layout());
      out.writeNumberField("step_s", runnerUp.stepSeconds());
      out.writeStringField("why", runnerUp.why());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("notes");
    for (String note : search.notes()) {
      out.writeString(note);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("explored");
    for (ExploredLayout layout : search.explored()) {
      out.writeStartObject();
      fields(out, layout);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("references");
    for (ReferenceLayout reference : search.references()) {
      out.writeStartObject();
      out.writeStringField("name", reference.name());
      out.writeStringField("rule", reference.rule());
      if (reference.layout().isPresent()) {
        fields(out, reference.layout().get());
      } else {
        out.writeStringField("reason", reference.reason());
      }
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void fields(JsonGenerator out, ExploredLayout layout) throws IOException {
    out.writeStringField("layout", layout.layout());
    out.writeNumberField("stages", layout.stages());
    out.writeNumberField("devices", layout.devices());
    out.writeNumberField("step_s", layout.stepSeconds());
    out.writeNumberField("peak_memory_bytes", layout.peakMemoryBytes());
  }

  static SearchReport read(JsonPath at) {
    return new SearchReport(
        at.at("wall_s").number(),
        at.at("seed").integer(),
        at.at("threads").smallInteger(),
        at.at("candidates").integer(),
        at.at("solver").text(),
        at.at("runner_ups")
            .list(r ->
                new RunnerUp(r.at("layout").text(), r.at("step_s").number(), r.at("why").text())),
        at.at("notes").list(JsonPath::text),
        at.at("explored").list(SearchJson::explored),
        at.at("references").list(SearchJson::reference));
  }

  private static ExploredLayout explored(JsonPath at) {
    return new ExploredLayout(
        at.at("layout").text(),
        at.at("stages").smallInteger(),
        at.at("devices").smallInteger(),
        at.at("step_s").number(),
        at.at("peak_memory_bytes").integer());
  }

  private static ReferenceLayout reference(JsonPath at) {
    Optional<ExploredLayout> layout = at.optional("layout").map(l -> explored(at));
    return new ReferenceLayout(
        at.at("name").text(),
        at.at("rule").text(),
        layout,
        layout.isPresent() ? "" : at.at("reason").text());
  }
}
