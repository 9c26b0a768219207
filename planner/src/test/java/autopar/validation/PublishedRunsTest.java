package autopar.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import autopar.cluster.Cluster;
import autopar.cluster.Network;
import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.ir.type.Precision;
import autopar.training.RecomputeMode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables of runs: facts that are read, words that get a default, rows that are skipped. */
final class PublishedRunsTest {
  private static final Path HOME = Path.of(System.getProperty("autopar.home"));

  private static final String SHAPE =
      """
      "layers":4,"hidden":512,"heads":8,"ffn":2048,"vocab":1001,"seq":128,"devices":16,
      "global_batch":64,"micro_batch":2\
      """;

  @Test
  void theShippedTableHoldsTheStrictRows() {
    List<PublishedRun> rows = PublishedRuns.shipped();
    assertThat(rows).hasSize(209).allMatch(row -> row.strict() && row.spec().isPresent());
    assertThat(rows).extracting(PublishedRun::id).doesNotHaveDuplicates();
    PublishedRun trillion =
        rows.stream().filter(row -> row.id().equals("sc21_t1_1T")).findFirst().orElseThrow();
    RunSpec spec = trillion.spec().orElseThrow();
    assertThat(spec.stages()).isEqualTo(64);
    assertThat(spec.recompute()).isEqualTo(RecomputeMode.FULL);
    assertThat(spec.precision()).isEqualTo(Precision.FP16);
    assertThat(spec.nicGigabits()).hasValue(1600);
  }

  @Test
  void wordsNeverSeenGetTheNearestDefault() {
    PublishedRun run =
        one(
            "\"id\":\"x\",\"spec\":{"
                + SHAPE
                + ",\"gpu\":\"A800-SXM-80GB\",\"software\":\"megatron-2023\",\"tp\":8,\"dp\":2,"
                + "\"nic_gbps_per_host\":800,\"recompute\":\"selective (core)\","
                + "\"precision\":\"bf16 mixed\",\"architecture\":\"falcon\",\"measured_s\":1}");
    RunSpec spec = run.spec().orElseThrow();
    assertThat(spec.kvHeads()).isEqualTo(8);
    assertThat(spec.recompute()).isEqualTo(RecomputeMode.SELECTIVE);
    assertThat(spec.precision()).isEqualTo(Precision.BF16);
    assertThat(RunRequest.software(spec).name()).startsWith("megatron-202");
    assertThat(RunRequest.model(spec)).isEqualTo("gpt");
    // 1001 rounded up to a multiple of 128 per tensor rank.
    assertThat(RunRequest.dims(spec)).containsEntry("vocab", 1024L);
    Cluster cluster = RunCluster.of(spec, HOME);
    assertThat(cluster.name()).isEqualTo("a800");
    assertThat(cluster.devices()).isEqualTo(16);
    Network network = cluster.kinds().getFirst().network();
    assertThat(network.nics() * network.nicBytesPerSecond()).isEqualTo(100e9);
  }

  @Test
  void runsWithExpertsGetTheirModelsAndPlaces() {
    String row =
        "\"id\":\"x\",\"spec\":{" + SHAPE + ",\"experts\":6,\"measured_s\":1,\"architecture\":";
    RunSpec gshard = one(row + "\"gshard\"}").spec().orElseThrow();
    assertThat(RunRequest.model(gshard)).isEqualTo("alpa-moe");
    // 2 x 128 choices over 6 experts.
    assertThat(RunRequest.dims(gshard)).containsEntry("experts", 6L).containsEntry("capacity", 43L);
    RunSpec mixtral = one(row + "\"mixtral\"}").spec().orElseThrow();
    assertThat(RunRequest.model(mixtral)).isEqualTo("mixtral");
    assertThat(RunRequest.dims(mixtral)).containsEntry("kv_heads", 8L);
  }

  @Test
  void rowsThatCannotBePricedSayWhy() {
    assertThat(one("\"id\":\"a\"").skipped()).hasValue("the layout is not complete");
    assertThat(
            one("\"id\":\"b\",\"priceable\":false,\"not_priceable_because\":[\"p\",\"q\"],"
                    + "\"spec\":{"
                    + SHAPE
                    + ",\"measured_s\":1}")
                .skipped())
        .hasValue("p; q");
    assertThat(one("\"id\":\"c\",\"spec\":{" + SHAPE + "}").skipped())
        .hasValue("no measured seconds");
    assertThat(read("[{\"id\":\"d\",\"kind\":\"inference\"}]")).isEmpty();
  }

  @Test
  void wrongTablesArePositioned() {
    assertThat(error("[{").code()).isEqualTo("AP0901");
    assertThat(error("{}").code()).isEqualTo("AP0901");
    Diagnostic missing =
        error("[{\"id\":\"row7\",\"spec\":{\"layers\":0,\"measured_s\":1},\"priceable\":true}]");
    assertThat(missing.code()).isEqualTo("AP0902");
    assertThat(missing.message()).contains("row7", "above 0");
    assertThat(missing.span().text()).isEqualTo("\"row7\"");
  }

  private static PublishedRun one(String fields) {
    return read("[{" + fields + "}]").getFirst();
  }

  private static List<PublishedRun> read(String text) {
    return PublishedRuns.read(new SourceFile("rows.json", text));
  }

  private static Diagnostic error(String text) {
    return catchThrowableOfType(InvalidInput.class, () -> read(text)).diagnostics().getFirst();
  }
}
