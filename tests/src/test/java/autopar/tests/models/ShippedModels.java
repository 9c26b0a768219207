package autopar.tests.models;

import autopar.diagnostics.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The model files of the project. */
final class ShippedModels {
  private static final Path FOLDER = Path.of(System.getProperty("autopar.home"), "models");

  private ShippedModels() {}

  /** Names without ending, sorted. */
  static List<String> names() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".ir"))
          .map(f -> f.substring(0, f.length() - ".ir".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path path(String name) {
    return FOLDER.resolve(name + ".ir");
  }

  static SourceFile source(String name) {
    try {
      return new SourceFile(name + ".ir", Files.readString(path(name), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
