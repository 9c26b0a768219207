package autopar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is wrong with a cluster file is said where it is wrong, all of it in one run. */
final class ClusterReaderTest {
  private String good;

  @BeforeEach
  void readGoodFile() throws IOException {
    Path home = Path.of(System.getProperty("autopar.home"));
    good = Files.readString(home.resolve("models/clusters/a800.json"));
  }

  @Test
  void anUnknownKeyGetsASuggestionAndItsAbsenceIsSeen() {
    List<Diagnostic> found = diagnostics(good.replace("\"launch\"", "\"lunch\""));
    assertThat(found).extracting(Diagnostic::code).containsExactly("AP0703", "AP0702");
    Diagnostic unknown = found.get(1);
    assertThat(unknown.message()).isEqualTo("unknown key 'device.lunch'");
    assertThat(unknown.hint()).hasValue("did you mean 'launch'?");
    assertThat(unknown.span().text()).isEqualTo("\"lunch\"");
  }

  @Test
  void severalErrorsAreFoundInOneRunInTheOrderOfTheText() {
    String bad =
        good.replace("\"value\": 79.15, \"unit\": \"GiB\"", "\"value\": -1, \"unit\": \"GiB\"")
            .replace("\"value\": 160, \"unit\": \"GB/s\"", "\"value\": 160, \"unit\": \"parsec\"")
            .replace(
                "\"value\": 4, \"unit\": \"count\"", "\"value\": \"four\", \"unit\": \"count\"")
            .replace("\"kind\": \"nvswitch\"", "\"kind\": \"string\"");
    assertThat(diagnostics(bad))
        .extracting(Diagnostic::code)
        .containsExactly("AP0705", "AP0708", "AP0706", "AP0704");
    assertThat(diagnostics(bad).get(2).hint())
        .hasValueSatisfying(h -> assertThat(h).contains("GB/s"));
  }

  @Test
  void aNumberWithoutProvenanceIsRefused() {
    String bad = good.replaceFirst(", \"published\": \"NVIDIA[^\"]*\"", "");
    assertThat(diagnostics(bad)).extracting(Diagnostic::code).containsExactly("AP0707");
  }

  @Test
  void aFractionIsAtMostOneAndACountIsWhole() {
    String bad =
        good.replace(
                "\"value\": 0.83, \"unit\": \"fraction\"", "\"value\": 83, \"unit\": \"fraction\"")
            .replace("\"value\": 108, \"unit\": \"count\"", "\"value\": 10.8, \"unit\": \"count\"");
    assertThat(diagnostics(bad)).extracting(Diagnostic::code).containsExactly("AP0705", "AP0705");
  }

  @Test
  void anUnknownSoftwareProfileIsNamedWithTheKnownOnes() {
    List<Diagnostic> found = diagnostics(good.replace("\"fused-2023\"", "\"fused-1923\""));
    assertThat(found).extracting(Diagnostic::code).containsExactly("AP0708");
    assertThat(found.getFirst().message()).contains("megatron-2021");
  }

  @Test
  void whatIsNoJsonIsPositioned() {
    assertThat(diagnostics("")).extracting(Diagnostic::code).containsExactly("AP0701");
    assertThat(diagnostics("[1]")).extracting(Diagnostic::code).containsExactly("AP0704");
    assertThat(diagnostics(good + "x")).extracting(Diagnostic::code).containsExactly("AP0701");
    Diagnostic broken =
        diagnostics(good.replace("\"name\": \"a800\",", "\"name\" \"a800\",")).getFirst();
    assertThat(broken.code()).isEqualTo("AP0701");
    assertThat(broken.span().line()).isEqualTo(2);
    Diagnostic twice =
        diagnostics(good.replace("\"name\": \"a800\",", "\"name\": \"a\", \"name\": \"b\","))
            .getFirst();
    assertThat(twice.message()).contains("twice");
    assertThat(twice.notes()).hasSize(1);
  }

  @Test
  void everyTruncationIsADiagnostic() {
    for (int end = 0; end < good.length() - 2; end += 37) {
      assertThat(diagnostics(good.substring(0, end))).isNotEmpty();
    }
  }

  private static List<Diagnostic> diagnostics(String text) {
    InvalidInput error =
        catchThrowableOfType(
            InvalidInput.class, () -> ClusterReader.read(new SourceFile("bad.json", text)));
    assertThat(error).as("an error was expected").isNotNull();
    return error.diagnostics();
  }
}
