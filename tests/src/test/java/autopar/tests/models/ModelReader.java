package autopar.tests.models;

import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Graphs of shipped models and of the tiny models in the test resources. */
final class ModelReader {

  private ModelReader() {}

  static Graph shipped(String name) {
    return shipped(name, Map.of());
  }

  static Graph shipped(String name, Map<String, Long> overrides) {
    return read(ShippedModels.source(name), overrides);
  }

  static Graph tiny(String name) {
    String resource = "/models/" + name + ".ir";
    try (InputStream in = ModelReader.class.getResourceAsStream(resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return read(new SourceFile(name + ".ir", text), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Graph read(SourceFile file, Map<String, Long> overrides) {
    try {
      return IrReader.read(file, overrides, IncludeResolver.NONE);
    } catch (InvalidInput e) {
      throw new AssertionError(file.name() + ": " + e.diagnostics(), e);
    }
  }
}
