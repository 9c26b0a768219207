package autopar.tests.text;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.DiagnosticRenderer;
import autopar.diagnostics.RunFailure;
import autopar.diagnostics.SourceFile;
import autopar.text.IrReader;
import autopar.text.Purpose;
import autopar.text.Reading;
import autopar.text.SourceText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Broken models say what is wrong with them: {@code // error AP0301 'w3'} stands on the line of a
 * diagnostic with that code whose span is that text. Nothing else may be reported.
 */
final class BrokenFilesTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("autopar.home"), "tests/src/test/resources/diagnostics");

  private static final Pattern EXPECTED =
      Pattern.compile("// (error|warning) (AP\\d{4})(?: '([^']*)')?");

  static Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".ir"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void saysWhatIsWrong(String name) {
    Map<String, SourceFile> read = new LinkedHashMap<>();
    SourceFile file = load(read, name);

    Reading reading =
        IrReader.analyze(
            file, Map.of(), (from, path) -> include(read, from, path), Purpose.TRAINING);

    assertThat(reading.graph()).isEmpty();
    List<String> expected = new ArrayList<>();
    read.values().forEach(f -> expected.addAll(expected(f)));
    List<String> found = new ArrayList<>();
    for (Diagnostic d : reading.diagnostics()) {
      found.add(place(d));
    }
    assertThat(found)
        .as(DiagnosticRenderer.render(reading.diagnostics()))
        .hasSameSizeAs(expected)
        .allSatisfy(f -> assertThat(expected).anySatisfy(e -> assertThat(f).startsWith(e)));
    assertThat(expected)
        .allSatisfy(e -> assertThat(found).anySatisfy(f -> assertThat(f).startsWith(e)));
  }

  @Test
  void everyKindOfMistakeHasTenFiles() throws IOException {
    Map<String, Integer> kinds = new TreeMap<>();
    files().forEach(f -> kinds.merge(f.substring(0, f.indexOf('-')), 1, Integer::sum));

    assertThat(kinds)
        .containsOnlyKeys(
            "attribute",
            "batch",
            "call",
            "contraction",
            "cycle",
            "division",
            "duplicate",
            "experts",
            "loss",
            "missing",
            "nesting",
            "nodes",
            "overflow",
            "recursion",
            "shape",
            "size",
            "syntax",
            "unknown",
            "unused");
    assertThat(kinds.values()).allMatch(count -> count >= 10);
  }

  private static String place(Diagnostic d) {
    String text = d.span().text();
    return "%s:%d %s %s '%s'"
        .formatted(d.span().file().name(), d.span().line(), d.severity().text(), d.code(), text);
  }

  private static List<String> expected(SourceFile file) {
    List<String> expected = new ArrayList<>();
    List<String> lines = file.text().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher m = EXPECTED.matcher(lines.get(i));
      while (m.find()) {
        String text = m.group(3) == null ? "" : " '" + m.group(3) + "'";
        expected.add("%s:%d %s %s".formatted(file.name(), i + 1, m.group(1), m.group(2)) + text);
      }
    }
    return expected;
  }

  private static SourceFile include(Map<String, SourceFile> read, SourceFile from, String path) {
    Path parent = Path.of(from.name()).getParent();
    Path place = (parent == null ? Path.of(path) : parent.resolve(path)).normalize();
    if (!Files.isRegularFile(FOLDER.resolve(place))) {
      throw new RunFailure("there is no such file");
    }
    return load(read, place.toString());
  }

  private static SourceFile load(Map<String, SourceFile> read, String name) {
    try {
      SourceFile file = SourceText.decode(name, Files.readAllBytes(FOLDER.resolve(name)));
      read.put(name, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
