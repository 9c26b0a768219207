package autopar.cluster;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value that knows where it stands in its file. */
sealed interface PlacedJson {
  SourceSpan span();

  /** What a message calls it. */
  String noun();

  /** A member of an object: where its key stands, and its value. */
  record Member(SourceSpan key, PlacedJson value) {}

  /** Members in the order of the file. */
  record Fields(SourceSpan span, Map<String, Member> members) implements PlacedJson {
    @Override
    public String noun() {
      return "an object";
    }
  }

  /** A string. */
  record Text(SourceSpan span, String text) implements PlacedJson {
    @Override
    public String noun() {
      return "a string";
    }
  }

  /** A number. */
  record Number(SourceSpan span, double value) implements PlacedJson {
    @Override
    public String noun() {
      return "a number";
    }
  }

  /** An array. */
  record Items(SourceSpan span, List<PlacedJson> items) implements PlacedJson {
    @Override
    public String noun() {
      return "an array";
    }
  }

  /** Booleans and null, which cluster files do not use. */
  record Other(SourceSpan span, String noun) implements PlacedJson {}

  /** The value as JSON text that reads back as it. */
  default String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.useDefaultPrettyPrinter();
      write(this, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.append('\n').toString();
  }

  private static void write(PlacedJson value, JsonGenerator out) throws IOException {
    switch (value) {
      case Fields fields -> {
        out.writeStartObject();
        for (Map.Entry<String, Member> member : fields.members().entrySet()) {
          out.writeFieldName(member.getKey());
          write(member.getValue().value(), out);
        }
        out.writeEndObject();
      }
      case Items items -> {
        out.writeStartArray();
        for (PlacedJson item : items.items()) {
          write(item, out);
        }
        out.writeEndArray();
      }
      case Text string -> out.writeString(string.text());
      case Number number -> {
        if (number.value() == Math.rint(number.value()) && Math.abs(number.value()) < 1e15) {
          out.writeNumber((long) number.value());
        } else {
          out.writeNumber(number.value());
        }
      }
      case Other other -> throw new IllegalArgumentException(other.noun() + " is in no cluster");
    }
  }

  /**
   * Reads a whole file.
   *
   * @throws InvalidInput where it is not JSON, or an object names a key twice (AP0701)
   */
  static PlacedJson read(SourceFile file) {
    try (JsonParser parser = new JsonFactory().createParser(file.text())) {
      if (parser.nextToken() == null) {
        throw syntax(file.span(0, 0), "the file is empty");
      }
      PlacedJson root = value(parser, file);
      if (parser.nextToken() != null) {
        throw syntax(here(parser, file), "text after the end of the object");
      }
      return root;
    } catch (JsonProcessingException e) {
      int at = Math.min((int) e.getLocation().getCharOffset(), file.text().length());
      throw syntax(file.span(Math.max(0, at), Math.max(0, at)), e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PlacedJson value(JsonParser parser, SourceFile file) throws IOException {
    SourceSpan span = here(parser, file);
    return switch (parser.currentToken()) {
      case START_OBJECT -> fields(parser, file);
      case VALUE_STRING -> {
        String text = parser.getText();
        yield new Text(span.to(here(parser, file)), text);
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Number(span, parser.getDoubleValue());
      case START_ARRAY -> {
        List<PlacedJson> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser, file));
        }
        yield new Items(span, List.copyOf(items));
      }
      case VALUE_TRUE, VALUE_FALSE -> new Other(span, "a boolean");
      case VALUE_NULL -> new Other(span, "null");
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw syntax(span, "expected a value");
    };
  }

  private static Fields fields(JsonParser parser, SourceFile file) throws IOException {
    SourceSpan span = here(parser, file);
    Map<String, Member> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      SourceSpan key = key(parser, file);
      parser.nextToken();
      Member earlier = members.put(name, new Member(key, value(parser, file)));
      if (earlier != null) {
        throw new InvalidInput(
            Diagnostic.error("AP0701", key, "'" + name + "' is given twice")
                .withNote(earlier.key(), "first here"));
      }
    }
    return new Fields(span, members);
  }

  /** The key's own characters: the parser has read past its colon already. */
  private static SourceSpan key(JsonParser parser, SourceFile file) throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    int end = Math.min(start + parser.currentName().length() + 2, file.text().length());
    return file.span(start, end);
  }

  private static SourceSpan here(JsonParser parser, SourceFile file) {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    int end = (int) parser.currentLocation().getCharOffset();
    return file.span(start, Math.max(start, Math.min(end, file.text().length())));
  }

  private static InvalidInput syntax(SourceSpan span, String message) {
    return new InvalidInput(Diagnostic.error("AP0701", span, "not a JSON object: " + message));
  }
}
