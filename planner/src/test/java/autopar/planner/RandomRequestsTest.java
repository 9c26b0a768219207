package autopar.planner;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.cluster.Cluster;
import autopar.ir.graph.Graph;
import autopar.plan.Plan;
import autopar.plan.StagePlan;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is asked ends in a verified plan or in an explanation, never in an error. */
class RandomRequestsTest {

  private static final int REQUESTS = Integer.getInteger("autopar.requests", 40);

  @Test
  void endInAPlanOrAnExplanation() {
    Random random = new Random(Integer.getInteger("autopar.seed", 5));
    int planned = 0;
    for (int i = 0; i < REQUESTS; i++) {
      Graph graph = graph(random);
      int devices = 1 + random.nextInt(12);
      Cluster cluster = SampleClusters.hostsOf(4, devices);
      if (random.nextBoolean()) {
        cluster = cluster.withMemory((3L << 30) + ((long) random.nextInt(20) << 28));
      }
      String force = force(random, devices);
      long batch = 1 + random.nextInt(40);
      PlanOutcome outcome;
      try {
        outcome =
            Planning.ask(
                graph, cluster, batch, PlanOptions.DEFAULT.withForced(ForceParser.parse(force)));
      } catch (RuntimeException e) {
        throw new AssertionError(
            "%d: %s, %d layers, %d devices, batch %d, force '%s'"
                .formatted(i, graph.name(), graph.layers(), devices, batch, force),
            e);
      }
      switch (outcome) {
        case PlanOutcome.Planned p -> {
          planned++;
          check(p.plan(), cluster);
        }
        case PlanOutcome.NoPlan none -> assertThat(none.reasons()).isNotEmpty();
      }
    }
    assertThat(planned).isGreaterThan(REQUESTS / 3);
  }

  private static void check(Plan plan, Cluster cluster) {
    List<Integer> devices = new ArrayList<>(plan.idle());
    for (StagePlan stage : plan.stages()) {
      devices.addAll(stage.devices());
      assertThat(stage.predicted().memory().total()).isLessThanOrEqualTo(cluster.usableBytes());
    }
    assertThat(devices).doesNotHaveDuplicates().hasSize(cluster.devices());
    assertThat(plan.predicted().lowerBoundSeconds()).isBetween(0.0, plan.predicted().stepSeconds());
  }

  private static Graph graph(Random random) {
    long layers = 1 + random.nextInt(6);
    long heads = 2L << random.nextInt(4);
    long hidden = heads * (32L << random.nextInt(3));
    long seq = 32L << random.nextInt(6);
    return switch (random.nextInt(6)) {
      case 0 -> SampleGraphs.tiny("mlp", Map.of("layers", layers, "hidden", 16 * hidden));
      case 1 -> SampleGraphs.tiny("conv", Map.of("layers", layers, "channels", 64L, "image", 64L));
      case 2 -> tiny("bert", layers, hidden, heads, seq);
      case 3 -> tiny("t5", layers, hidden, heads, seq);
      case 4 -> tiny("llama", layers, hidden, heads, seq);
      default -> tiny("gpt", layers, hidden, heads, seq);
    };
  }

  private static Graph tiny(String family, long layers, long hidden, long heads, long seq) {
    return SampleGraphs.tiny(
        family,
        Map.of(
            "layers",
            layers,
            "hidden",
            hidden,
            "heads",
            heads,
            "seq",
            seq,
            "vocab",
            5000L,
            "ffn",
            4 * hidden));
  }

  private static String force(Random random, int devices) {
    List<String> keys = new ArrayList<>();
    String[] all = {
      "tensor=" + (1 << random.nextInt(3)),
      "data=" + (1 + random.nextInt(4)),
      "stages=" + (1 + random.nextInt(3)),
      "micro_batch=" + (1 + random.nextInt(3)),
      "zero=" + random.nextInt(4),
      "recompute=" + List.of("none", "selective", "full").get(random.nextInt(3)),
      "schedule=gpipe",
      "virtual_stages=2",
      "sequence_parallel=" + random.nextBoolean(),
      "overlap_gradients=" + random.nextBoolean(),
      "fp32_gradients=" + random.nextBoolean(),
      "attention=" + (random.nextBoolean() ? "flash" : "unfused")
    };
    for (String key : all) {
      boolean clash = key.startsWith("virtual") && keys.contains("schedule=gpipe");
      if (random.nextInt(6) == 0 && !clash) {
        keys.add(key);
      }
    }
    return String.join(",", keys);
  }
}
