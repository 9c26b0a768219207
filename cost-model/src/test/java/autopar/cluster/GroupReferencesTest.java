package autopar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cluster files whose groups take their hosts from other files. */
final class GroupReferencesTest {
  private static final Path HOME = Path.of(System.getProperty("autopar.home"));
  private static final String ONE = "{\"value\": 1, \"unit\": \"count\", \"derived\": \"a test\"}";

  @TempDir private Path folder;

  private String file(String groups) {
    Path file = folder.resolve("mixed.json");
    String text =
        "{\"name\": \"m\", \"about\": \"a test\", \"software\": \"fused-2023\",\n" + groups + "}";
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return file.toString();
  }

  private List<Diagnostic> wrong(String groups) {
    String name = file(groups);
    InvalidInput error = catchThrowableOfType(InvalidInput.class, () -> Clusters.named(HOME, name));
    assertThat(error).as("an error was expected").isNotNull();
    return error.diagnostics();
  }

  @Test
  void theShippedMixedClustersAreMadeOfTheOthers() {
    Cluster mixed = Clusters.named(HOME, "a100-v100");
    Cluster a100 = Clusters.named(HOME, "a100-80g");
    assertThat(mixed.kinds().getFirst()).isEqualTo(a100.kinds().getFirst());
    assertThat(mixed.kinds().get(1).device()).isEqualTo(Clusters.named(HOME, "v100-16g").device());
    assertThat(mixed.groups()).containsExactly(new HostGroup(0, 2, 8), new HostGroup(1, 1, 4));
    assertThat(mixed.numbers().get("groups[0].device.memory"))
        .isEqualTo(a100.numbers().get("device.memory"));
    assertThat(mixed.numbers().get("groups[1].network.nic_bandwidth").provenance().text())
        .contains("p3.8xlarge");
  }

  @Test
  void theTextOfAMixedClusterReadsBackWithoutTheOthers() {
    for (String name : List.of("a100-v100", "h100-a100")) {
      SourceFile text = Clusters.source(HOME, name);
      assertThat(text.text()).doesNotContain("\"cluster\"");
      assertThat(ClusterReader.read(text)).isEqualTo(Clusters.named(HOME, name));
    }
    assertThat(Clusters.source(HOME, "a800").text()).contains("\"name\": \"a800\"");
  }

  @Test
  void aGroupMayNameAFileBesideItsOwn() throws IOException {
    Files.copy(HOME.resolve("models/clusters/h200.json"), folder.resolve("own.json"));
    Cluster cluster =
        Clusters.named(
            HOME, file("\"groups\": [{\"cluster\": \"own.json\", \"hosts\": " + ONE + "}]"));
    assertThat(cluster.kinds()).isEqualTo(Clusters.named(HOME, "h200").kinds());
    assertThat(cluster.devices()).isEqualTo(8);
  }

  @Test
  void severalErrorsAreFoundInOneRunWhereTheyAre() {
    List<Diagnostic> found =
        wrong(
            "\"hosts\": "
                + ONE
                + ",\n\"groups\": [{\"cluster\": \"h10\", \"hosts\": "
                + ONE
                + "},\n{\"cluster\": \"a100-v100\", \"hosts\": "
                + ONE
                + "},\n{\"cluster\": \"h100\", \"hosts\": {\"value\": 0.5, \"unit\": \"count\","
                + " \"derived\": \"a test\"}, \"host\": 1},\n7]");
    assertThat(found)
        .extracting(Diagnostic::code)
        .containsExactly("AP0710", "AP0711", "AP0711", "AP0705", "AP0702", "AP0704");
    assertThat(found).extracting(d -> d.span().line()).containsExactly(2, 3, 4, 5, 5, 6);
    assertThat(found.get(1).span().text()).isEqualTo("\"h10\"");
    assertThat(found.get(1).hint()).hasValue("did you mean 'h100'?");
    assertThat(found.get(2).message()).contains("'a100-v100' are not alike");
    assertThat(found.get(4).message()).isEqualTo("unknown key 'groups[2].host'");
    assertThat(found.get(5).message()).isEqualTo("'groups[3]' is a number, expected an object");
  }

  @Test
  void anErrorOfAnotherFileIsShownThere() throws IOException {
    String bad =
        Files.readString(HOME.resolve("models/clusters/h200.json"))
            .replace("\"unit\": \"GiB\"", "\"unit\": \"parsec\"");
    Files.writeString(folder.resolve("own.json"), bad);
    List<Diagnostic> found =
        wrong("\"groups\": [{\"cluster\": \"own.json\", \"hosts\": " + ONE + "}]");
    assertThat(found).extracting(Diagnostic::code).containsOnly("AP0706");
    assertThat(found.getFirst().span().file().name()).endsWith("own.json");
    assertThat(found.getFirst().span().text()).isEqualTo("\"parsec\"");
    Files.writeString(folder.resolve("own.json"), "{");
    assertThat(wrong("\"groups\": [{\"cluster\": \"own.json\", \"hosts\": " + ONE + "}]"))
        .extracting(Diagnostic::code)
        .containsExactly("AP0701");
  }

  @Test
  void aReferenceIsTheNameOfACluster() {
    for (String name : List.of("5", "null", "true")) {
      assertThat(
              wrong(
                  "\"groups\": [{\"cluster\": \"a100-80g\", \"hosts\": "
                      + ONE
                      + "}, {\"cluster\": "
                      + name
                      + ", \"hosts\": "
                      + ONE
                      + "}]"))
          .extracting(Diagnostic::code)
          .containsExactly("AP0704");
    }
    assertThat(wrong("\"groups\": [{\"cluster\": \"\\u0000.json\", \"hosts\": " + ONE + "}]"))
        .extracting(Diagnostic::code)
        .containsExactly("AP0711");
  }

  @Test
  void thereAreNotTooManyGroups() {
    String group = "{\"cluster\": \"a100-80g\", \"hosts\": " + ONE + "}";
    String groups = String.join(",", Collections.nCopies(1_025, group));
    assertThat(wrong("\"groups\": [" + groups + "]"))
        .extracting(Diagnostic::code)
        .containsExactly("AP0710");
  }

  @Test
  void groupsHoldHosts() {
    assertThat(wrong("\"groups\": []")).extracting(Diagnostic::code).containsExactly("AP0710");
    assertThat(wrong("\"groups\": 3")).extracting(Diagnostic::code).containsExactly("AP0704");
    assertThat(wrong("\"groups\": [{\"hosts\": " + ONE + "}]"))
        .extracting(Diagnostic::message)
        .contains("missing key 'groups[0].device'", "missing key 'groups[0].devices_per_host'");
  }

  @Test
  void hostsThatShareCoresAreNotMixedWithOthers() {
    List<Diagnostic> found =
        wrong(
            "\"groups\": [{\"cluster\": \"cpu-2core\", \"hosts\": "
                + ONE
                + "}, {\"cluster\": \"h100\", \"hosts\": "
                + ONE
                + "}]");
    assertThat(found).extracting(Diagnostic::code).containsExactly("AP0710");
    assertThat(found.getFirst().message()).contains("share 'cores'");
  }

  @Test
  void thereAreNoMoreDevicesThanRanks() {
    String many = ONE.replace("1,", "40000,");
    String group = "{\"cluster\": \"h100\", \"hosts\": " + many + ", \"devices_per_host\": " + ONE;
    assertThat(wrong("\"groups\": [" + group + "}, " + group + "}]"))
        .extracting(Diagnostic::code)
        .containsExactly("AP0705");
    assertThat(wrong("\"groups\": [{\"cluster\": \"h100\", \"hosts\": " + many + "}]"))
        .extracting(Diagnostic::code)
        .containsExactly("AP0705");
  }

  @Test
  void aTextWithReferencesAloneIsRefused() {
    InvalidInput error =
        catchThrowableOfType(
            InvalidInput.class,
            () ->
                ClusterReader.read(
                    new SourceFile(
                        "mixed.json",
                        Files.readString(HOME.resolve("models/clusters/a100-v100.json")))));
    assertThat(error.diagnostics()).extracting(Diagnostic::code).containsOnly("AP0711");
  }
}
