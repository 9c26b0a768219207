package autopar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.InvalidInput;
import autopar.ir.type.Precision;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The shipped cluster files: complete, sourced, and as the schema says. */
final class ClusterFilesTest {
  private static final Path HOME = Path.of(System.getProperty("autopar.home"));

  @Test
  void theShippedClustersAreThere() {
    assertThat(Clusters.names(HOME))
        .contains(
            "a800", "a800-pcie", "a100-80g", "a100-40g", "h100", "h200", "v100-16g", "v100-32g");
  }

  @Test
  void everyNumberTellsItsSource() {
    for (String name : Clusters.names(HOME)) {
      Cluster cluster = Clusters.named(HOME, name);
      assertThat(cluster.name()).isEqualTo(name);
      assertThat(cluster.numbers()).hasSizeGreaterThan(30);
      cluster
          .numbers()
          .forEach((path, number) ->
              assertThat(number.provenance().text()).as(name + " " + path).hasSizeGreaterThan(10));
    }
  }

  @Test
  void theSchemaAcceptsThemAndRejectsANumberWithoutSource() throws IOException {
    Schema schema;
    try (InputStream in = Cluster.class.getResourceAsStream("cluster.schema.json")) {
      schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
    }
    for (String name : Clusters.names(HOME)) {
      String text = Files.readString(HOME.resolve("models/clusters/" + name + ".json"));
      assertThat(schema.validate(text, InputFormat.JSON)).as(name).isEmpty();
      String bare = text.replaceFirst(", \"(derived|published|measured)\": \"[^\"]*\"", "");
      assertThat(schema.validate(bare, InputFormat.JSON)).as(name).isNotEmpty();
    }
  }

  @Test
  void theDefaultClusterIsWhatItIsCalled() {
    Cluster a800 = Clusters.named(HOME, Clusters.DEFAULT);
    assertThat(a800.mostPerHost()).isEqualTo(8);
    assertThat(a800.kinds().getFirst().network().nics()).isEqualTo(4);
    assertThat(a800.usableBytes()).isEqualTo((long) (79.15 * (1L << 30)));
    assertThat(a800.device().bestPrecision()).isEqualTo(Precision.BF16);
    assertThat(Clusters.named(HOME, "v100-16g").device().bestPrecision()).isEqualTo(Precision.FP16);
    assertThat(a800.truncatedTo(12).hosts()).isEqualTo(2);
    assertThatThrownBy(() -> a800.truncatedTo(a800.devices() + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anUnknownNameGetsASuggestion() {
    assertThatThrownBy(() -> Clusters.named(HOME, "a80"))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            e -> assertThat(e.diagnostics().getFirst().hint()).hasValue("did you mean 'a800'?"));
  }
}
