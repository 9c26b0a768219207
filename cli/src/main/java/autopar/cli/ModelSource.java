package autopar.cli;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.FindLayers;
import autopar.ir.graph.Graph;
import autopar.text.IrReader;
import autopar.text.Purpose;
import autopar.text.Reading;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The texts that a model was read from, as they were written, so that it can be read again with
 * other sizes: the resolved model holds numbers where these hold dims.
 *
 * @param file name of the main text
 * @param texts every text by name, those it includes too
 * @param dims sizes that were set from outside
 */
record ModelSource(String file, Map<String, String> texts, Map<String, Long> dims) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  ModelSource {
    texts = new LinkedHashMap<>(texts);
    dims = new LinkedHashMap<>(dims);
  }

  /** The text form, for the plan folder. */
  String write() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers can be written", e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws InvalidInput if it is something else
   */
  static ModelSource read(SourceFile text) {
    try {
      return JSON.readValue(text.text(), ModelSource.class);
    } catch (JsonProcessingException e) {
      throw new InvalidInput(
          Diagnostic.error(
              "AP0905", new SourceSpan(text, 0, 0), "this is no model source: " + e.getMessage()));
    }
  }

  /** The model with {@code other} sizes set over those it was compiled with. */
  Graph graph(Map<String, Long> other) {
    Map<String, Long> all = new LinkedHashMap<>(dims);
    all.putAll(other);
    Reading reading =
        IrReader.analyze(
            new SourceFile(file, texts.get(file)), all, this::include, Purpose.TRAINING);
    return reading
        .graph()
        .map(FindLayers::in)
        .orElseThrow(() -> new InvalidInput(reading.diagnostics()));
  }

  private SourceFile include(SourceFile from, String path) {
    String name = Path.of(from.name()).resolveSibling(path).normalize().toString();
    return new SourceFile(name, texts.getOrDefault(name, ""));
  }
}
