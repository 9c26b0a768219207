package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that differ, from the cluster file to the execution of the plan. */
class MixedHostsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String COUNT =
      "{\"value\": %d, \"unit\": \"count\", \"derived\": \"a test\"}";

  @TempDir private Path temp;

  private static String group(String cluster, int hosts, int devices) {
    return "{\"cluster\": \"%s\", \"hosts\": %s, \"devices_per_host\": %s}"
        .formatted(cluster, COUNT.formatted(hosts), COUNT.formatted(devices));
  }

  private Path file(String... groups) throws IOException {
    return Files.writeString(
        temp.resolve("uneven.json"),
        "{\"name\": \"uneven\", \"about\": \"a test\", \"software\": \"fused-2023\",\n\"groups\": [\n"
            + String.join(",\n", groups)
            + "]}");
  }

  /** Hosts of 4, 2 and 3 devices; stages of 3, 2 and 3, the middle one on two kinds of hosts. */
  @Test
  void aPlanForUnevenHostsIsCheckedSeenAndExecuted() throws IOException {
    Path cluster = file(group("h100", 1, 4), group("a100-80g", 1, 2), group("a100-80g", 1, 3));
    String plan = temp.resolve("u.plan").toString();
    Command compiled =
        Command.run(
            ("compile models/gpt.ir --devices 8 --cluster %s --global-batch 12 --set layers=4"
                    + " --set hidden=48 --set heads=6 --set seq=16 --set vocab=96 --precision fp32"
                    + " --force stages=3,widths=3/2/3 --report -o %s")
                .formatted(cluster, plan)
                .split(" "));
    assertThat(compiled.exitCode()).as(compiled.err()).isZero();
    assertThat(compiled.out().replaceAll("\\s+", " ")).contains("(uneven, 1 x 4 + 1 x 2 + 1 x 3)");
    JsonNode json = MAPPER.readTree(Files.readString(temp.resolve("u.plan/plan.json")));
    assertThat(json.at("/cluster/hosts").asInt()).isEqualTo(3);
    assertThat(json.at("/cluster/host_groups")).hasSize(3);
    assertThat(json.at("/cluster/host_groups/2/device").asText()).isEqualTo("A100-SXM4-80GB");
    assertThat(json.at("/stages/1/devices")).hasToString("[3,4]");
    assertThat(Files.readString(temp.resolve("u.plan/cluster.json"))).doesNotContain("\"cluster\"");
    Files.delete(cluster);
    Command checked = Command.run("check", plan);
    assertThat(checked.exitCode()).as(checked.err()).isZero();
    Command run = Command.run("run", plan, "--backend", "simulated", "--check", "--steps", "2");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("largest relative difference");
  }

  /** A stage of two chunks on one host of one kind, the other on two hosts of another. */
  @Test
  void interleavedStagesMayLieOnHostsThatDiffer() throws IOException {
    Path cluster = file(group("h100", 1, 4), group("a100-80g", 2, 2));
    String plan = temp.resolve("i.plan").toString();
    Command compiled =
        Command.run(
            ("compile models/gpt.ir --devices 8 --cluster %s --global-batch 12 --set layers=8"
                    + " --set hidden=48 --set heads=6 --set seq=16 --set vocab=96 --precision fp32"
                    + " --force stages=2,virtual_stages=2,schedule=interleaved,data=2,tensor=2"
                    + " -o %s")
                .formatted(cluster, plan)
                .split(" "));
    assertThat(compiled.exitCode()).as(compiled.err()).isZero();
    JsonNode json = MAPPER.readTree(Files.readString(temp.resolve("i.plan/plan.json")));
    assertThat(json.at("/stages/0/layers")).hasSize(2);
    double h100 = json.at("/stages/0/predicted/forward_s").asDouble();
    double a100 = json.at("/stages/1/predicted/forward_s").asDouble();
    assertThat(h100).isPositive().isNotEqualTo(a100);
    Command checked = Command.run("check", plan);
    assertThat(checked.exitCode()).as(checked.err()).isZero();
    Command run = Command.run("run", plan, "--check", "--format", "json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode gradients = MAPPER.readTree(run.out()).at("/max_relative_difference/gradients");
    assertThat(gradients.asDouble()).isBetween(Double.MIN_VALUE, 1e-5);
  }

  @Test
  void whatIsWrongWithAMixedFileIsSaidWhereItIs() throws IOException {
    Path cluster =
        file(group("h10", 1, 4), group("a100-80g", 1, 2).replace("\"unit\"", "\"unite\""));
    Command run =
        Command.run("compile", "models/gpt2.ir", "--devices", "4", "--cluster", cluster.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("uneven.json:3:13: error AP0711: no cluster 'h10'")
        .contains("did you mean 'h100'?")
        .contains("uneven.json:4:")
        .contains("AP0702");
  }

  @Test
  void aPrecisionThatADeviceInUseLacksIsRefused() {
    Command run =
        Command.run(
            "compile models/gpt2.ir --devices 20 --cluster a100-v100 --precision bf16".split(" "));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("V100-SXM2-16GB has no arithmetic in bf16");
  }
}
