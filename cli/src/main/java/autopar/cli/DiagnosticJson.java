package autopar.cli;

import autopar.diagnostics.Diagnostic;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** Diagnostics as JSON, with the keys of the contract. */
final class DiagnosticJson {
  private DiagnosticJson() {}

  /** Writes the field {@code diagnostics}; a finding without a position has line and column 0. */
  static void write(JsonGenerator json, List<Diagnostic> diagnostics) throws IOException {
    json.writeArrayFieldStart("diagnostics");
    for (Diagnostic d : diagnostics) {
      json.writeStartObject();
      json.writeStringField("code", d.code());
      json.writeStringField("severity", d.severity().text());
      json.writeStringField("message", d.message());
      json.writeStringField("file", d.span().file().name());
      json.writeNumberField("line", d.span().exists() ? d.span().line() : 0);
      json.writeNumberField("column", d.span().exists() ? d.span().column() : 0);
      if (d.hint().isPresent()) {
        json.writeStringField("hint", d.hint().get());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
