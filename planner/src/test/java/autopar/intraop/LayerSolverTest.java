package autopar.intraop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cluster.Cluster;
import autopar.cluster.SoftwareProfiles;
import autopar.cost.Collective;
import autopar.cost.CostModel;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import autopar.samples.SampleMeshes;
import autopar.strategy.AxisCode;
import autopar.strategy.AxisUse;
import autopar.strategy.PricedMesh;
import autopar.training.LowerAttention;
import autopar.training.RecomputeMode;
import autopar.training.TrainingGraph;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayerSolverTest {

  private static final Cluster CLUSTER = SampleClusters.hostsOf(4, 8);
  private static final CostModel COST =
      new CostModel(
          CLUSTER, SoftwareProfiles.find(SoftwareProfiles.DEFAULT).orElseThrow(), Precision.BF16);
  private static final AxisUse MEGATRON = new AxisUse(true, Optional.of(false));
  private static final AxisUse MEGATRON_SEQUENCE = new AxisUse(true, Optional.of(true));

  private static final long SEQ = 2048;
  private static final long HIDDEN = 4096;
  private static final long HEADS = 32;

  private int compared;

  @Test
  void fastestOptionsAreThoseOfTheEnumeration() {
    List<String> bodies =
        List.of(
            "return x + einsum(\"bsf,fh->bsh\", relu(einsum(\"bsh,hf->bsf\", x, w1)), w2)",
            "let a = einsum(\"bsh,hf->bsf\", x, w1)\nlet b = einsum(\"bsf,fh->bsh\", a, w2)\n"
                + "return rms_norm(b, g, eps = 1e-6)",
            "let n = rms_norm(x, g, eps = 1e-6)\n"
                + "return n + einsum(\"bsf,fh->bsh\", einsum(\"bsh,hf->bsf\", n, w1), w2)",
            "return rms_norm(x, g, eps = 1e-6) * relu(einsum(\"bsf,fh->bsh\","
                + " einsum(\"bsh,hf->bsf\", x, w1), w2))");
    for (String body : bodies) {
      for (int ffn : new int[] {1024, 16384}) {
        BodyStructure structure = layer(block(2048, ffn, body));
        for (int[] sizes : new int[][] {{2, 2}, {1, 4}, {4, 2}, {2, 1}}) {
          compare(structure, sizes, AxisUse.DATA_FIRST, 1);
          compare(structure, sizes, AxisUse.DATA_FIRST, 32);
          compare(structure, sizes, MEGATRON_SEQUENCE, 8);
        }
        compare(structure, new int[] {2}, AxisUse.FREE, 4);
      }
    }
    assertThat(compared).as("boundaries compared").isGreaterThan(100);
  }

  private void compare(BodyStructure structure, int[] sizes, AxisUse use, long microBatches) {
    LayerProblem problem = problem(structure, sizes, 4, use);
    double[] least = new double[problem.boundaryCodes().length];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    OptionEvaluator evaluator = new OptionEvaluator(problem);
    double unsynchronized = enumerate(problem, evaluator, microBatches, least);
    LayerSolver solver = new LayerSolver(problem, new EliminationPlans());
    List<LayerOption> options = solver.options(microBatches, 16, 2);
    for (int boundary = 0; boundary < least.length; boundary++) {
      double found = Double.POSITIVE_INFINITY;
      for (LayerOption option : options) {
        if (option.boundary() == boundary) {
          found = Math.min(found, objective(problem, option, microBatches));
        }
      }
      assertThat(found)
          .as("%s boundary %x", Arrays.toString(sizes), problem.boundaryCodes()[boundary])
          .isCloseTo(least[boundary], within(1e-9 * least[boundary]));
      compared++;
    }
    assertThat(solver.leastSeconds(options))
        .isCloseTo(unsynchronized, within(1e-9 * unsynchronized));
  }

  /** Least objective per boundary; returns the least seconds without synchronization. */
  private static double enumerate(
      LayerProblem problem, OptionEvaluator evaluator, long microBatches, double[] least) {
    int[] choice = new int[problem.domainSizes.length];
    double unsynchronized = Double.POSITIVE_INFINITY;
    long choices = Arrays.stream(problem.domainSizes).asLongStream().reduce(1, (a, b) -> a * b);
    assertThat(choices).as("a body small enough to enumerate").isLessThan(300_000);
    int last = choice.length - 1;
    while (true) {
      LayerOption option = evaluator.evaluate(choice);
      least[choice[last]] = Math.min(least[choice[last]], objective(problem, option, microBatches));
      unsynchronized = Math.min(unsynchronized, option.seconds(0));
      int v = 0;
      while (v < choice.length && ++choice[v] == problem.domainSizes[v]) {
        choice[v++] = 0;
      }
      if (v == choice.length) {
        return unsynchronized;
      }
    }
  }

  /** Seconds with the all-reduce of every 16-bit gradient, shared by the micro-batches. */
  private static double objective(LayerProblem problem, LayerOption option, long microBatches) {
    double seconds = option.seconds(0);
    for (BodyStructure.ParameterUse use : problem.structure().parameters()) {
      int s = option.choice()[use.node()];
      int mask =
          AxisCode.partialAxes(problem.strategies[use.node()].operandGradient()[s][use.operand()]);
      int code = problem.strategies[use.node()].operand()[s][use.operand()];
      double elements =
          (double) problem.structure().body().value(use.value()).type().elements(1)
              / AxisCode.shards(code, problem.mesh().sizes());
      if (mask != 0) {
        seconds +=
            problem.reshard().price(Collective.ALL_REDUCE, 2 * elements, mask) / microBatches;
      }
    }
    return seconds;
  }

  @Test
  void megatronPaysTwoAllReducesEachWay() {
    LayerOption option = fastest(gpt(0), new int[] {1, 4}, MEGATRON);
    double one = collective(Collective.ALL_REDUCE, 4);
    assertThat(option.forwardCommunication()).isCloseTo(2 * one, within(1e-9 * one));
    assertThat(option.backwardCommunication()).isCloseTo(2 * one, within(1e-9 * one));
    double weights = 12.0 * HIDDEN * HIDDEN / 4;
    double held = Arrays.stream(option.trainableElements()).sum();
    assertThat(held).isCloseTo(weights, within(0.001 * weights));
  }

  @Test
  void sequenceParallelismPaysScatterAndGatherInstead() {
    LayerOption option = fastest(gpt(0), new int[] {1, 4}, MEGATRON_SEQUENCE);
    double pair = collective(Collective.ALL_GATHER, 4) + collective(Collective.REDUCE_SCATTER, 4);
    assertThat(option.forwardCommunication()).isCloseTo(2 * pair, within(1e-9 * pair));
    assertThat(option.backwardCommunication()).isCloseTo(2 * pair, within(1e-9 * pair));
  }

  @Test
  void recomputationRepeatsForwardCollectives() {
    LayerOption option = fastest(gpt(0), new int[] {1, 4}, MEGATRON);
    int full = RecomputeMode.FULL.ordinal();
    double one = collective(Collective.ALL_REDUCE, 4);
    // The last product of a layer is read by nobody in backward, and neither is its all-reduce.
    assertThat(option.recomputeCommunication()[full]).isCloseTo(one, within(1e-9 * one));
    assertThat(option.recomputeCompute()[full])
        .isBetween(0.6 * option.forwardCompute(), option.forwardCompute());
    assertThat(option.recomputeCommunication()[RecomputeMode.SELECTIVE.ordinal()]).isZero();
    assertThat(option.recomputeCompute()[RecomputeMode.NONE.ordinal()]).isZero();
  }

  @Test
  void savedBytesAreThePublishedOnes() {
    // arXiv:2205.05198, table 2: tensor parallelism without and with sequence parallelism.
    Graph graph = LowerAttention.unfused(gptGraph(0.1));
    double sbh = (double) SEQ * 4 * HIDDEN;
    double scores = 5.0 * HEADS * SEQ / HIDDEN;
    LayerOption whole = fastest(structures(graph).get(1), new int[] {1, 4}, MEGATRON);
    assertSaved(whole, RecomputeMode.NONE, sbh * (10 + 24 / 4.0 + scores / 4));
    assertSaved(whole, RecomputeMode.SELECTIVE, sbh * (10 + 24 / 4.0));
    assertSaved(whole, RecomputeMode.FULL, sbh * 2);
    LayerOption split = fastest(structures(graph).get(1), new int[] {1, 4}, MEGATRON_SEQUENCE);
    assertSaved(split, RecomputeMode.NONE, sbh / 4 * (34 + scores));
    assertSaved(split, RecomputeMode.SELECTIVE, sbh / 4 * 34);
    assertSaved(split, RecomputeMode.FULL, sbh / 4 * 2);
  }

  private static void assertSaved(LayerOption option, RecomputeMode mode, double bytes) {
    assertThat(option.savedBytes()[mode.ordinal()])
        .as(mode.toString())
        .isCloseTo(bytes, within(0.02 * bytes));
  }

  @Test
  void readersOfOneValueShareItsCollectives() {
    String three =
        "let q = einsum(\"bsh,hf->bsf\", x, w1)\nlet k = einsum(\"bsh,hf->bsf\", x, w2)\n"
            + "let v = einsum(\"bsh,hf->bsf\", x, w3)\n"
            + "return einsum(\"bsf,fh->bsh\", q * k * v, w4)";
    BodyStructure structure =
        layer(
            block(2048, 8192, three)
                .replace("param w2 : [ffn, hidden]", "param w2 : [hidden, ffn]")
                .replace(
                    "param w1", "param w3 : [hidden, ffn]\nparam w4 : [ffn, hidden]\nparam w1"));
    assertThat(structure.hubs()).isEqualTo(1);
    double bytes = 2.0 * 4 * 512 * 2048;
    PricedMesh mesh = SampleMeshes.at(CLUSTER, 1, 4);
    LayerOption whole = fastest(structure, new int[] {1, 4}, MEGATRON);
    double reduce = COST.collectiveSeconds(Collective.ALL_REDUCE, bytes, mesh.groups()[2]);
    assertThat(whole.forwardCommunication()).isCloseTo(reduce, within(1e-9 * reduce));
    assertThat(whole.backwardCommunication()).isCloseTo(reduce, within(1e-9 * reduce));
    LayerOption split = fastest(structure, new int[] {1, 4}, MEGATRON_SEQUENCE);
    double pair =
        COST.collectiveSeconds(Collective.ALL_GATHER, bytes, mesh.groups()[2])
            + COST.collectiveSeconds(Collective.REDUCE_SCATTER, bytes, mesh.groups()[2]);
    assertThat(split.forwardCommunication()).isCloseTo(pair, within(1e-9 * pair));
    assertThat(split.backwardCommunication()).isCloseTo(pair, within(1e-9 * pair));
  }

  private static double collective(Collective kind, int ranks) {
    PricedMesh mesh = SampleMeshes.at(CLUSTER, 1, ranks);
    return COST.collectiveSeconds(kind, 2.0 * 4 * SEQ * HIDDEN, mesh.groups()[2]);
  }

  private static LayerOption fastest(BodyStructure structure, int[] sizes, AxisUse use) {
    LayerProblem problem = problem(structure, sizes, 4, use);
    assertThat(problem.boundaryCodes()).hasSize(1);
    return new LayerSolver(problem, new EliminationPlans()).options(1024, 16, 1).getFirst();
  }

  private static LayerProblem problem(
      BodyStructure structure, int[] sizes, long batch, AxisUse use) {
    int[] codes =
        BoundaryCodes.of(
            structure.body().value(structure.body().arguments().getFirst()).type(),
            sizes,
            batch,
            use);
    return new LayerProblem(
        structure, SampleMeshes.at(CLUSTER, sizes), batch, Precision.BF16, use, codes, COST);
  }

  private static String block(int hidden, int ffn, String body) {
    StringBuilder used = new StringBuilder();
    for (String parameter : List.of("w1 : [hidden, ffn]", "w2 : [ffn, hidden]", "g : [hidden]")) {
      String name = parameter.substring(0, parameter.indexOf(' '));
      if (body.matches("(?s).*\\b" + name + "\\b.*")) {
        used.append("param ").append(parameter).append('\n');
      }
    }
    return """
    model one
    batch dim batch = 8
    dim seq = 512, hidden = %d, ffn = %d
    input x0 : [batch, seq, hidden]
    block layer(x : [batch, seq, hidden]) {
    %s%s
    }
    let y = repeat 2 layer(x0)
    loss reduce_mean(y, dims = [0, 1, 2])
    """
        .formatted(hidden, ffn, used, body);
  }

  /** The repeated layer of a text. */
  private static BodyStructure layer(String text) {
    Graph graph = SampleGraphs.of(text);
    int s = 0;
    while (graph.sections().get(s).layers() == 0) {
      s++;
    }
    return structures(graph).get(s);
  }

  private static List<BodyStructure> structures(Graph graph) {
    return BodyStructures.of(TrainingGraph.of(graph));
  }

  private static BodyStructure gpt(double dropout) {
    return structures(gptGraph(dropout)).get(1);
  }

  private static Graph gptGraph(double dropout) {
    String drop = dropout == 0 ? "%s" : "dropout(%s, rate = " + dropout + ")";
    return SampleGraphs.of(
        """
        model gpt
        batch dim batch = 8
        dim seq = %d, hidden = %d, heads = %d, head = hidden / heads, ffn = 4 * hidden, vocab = 512
        input tokens, labels : i32[batch, seq]
        block decoder(x : [batch, seq, hidden]) {
          param ln1.gain, ln1.bias, ln2.gain, ln2.bias : [hidden]
          param wq, wk, wv : [hidden, heads, head]
          param bq, bk, bv : [heads, head]
          param wo : [heads, head, hidden]
          param bo : [hidden]
          param w1 : [hidden, ffn]
          param b1 : [ffn]
          param w2 : [ffn, hidden]
          param b2 : [hidden]
          let h = layer_norm(x, ln1.gain, ln1.bias, eps = 1e-5)
          let q = einsum("bsh,hnd->bsnd", h, wq) + bq
          let k = einsum("bsh,hnd->bsnd", h, wk) + bk
          let v = einsum("bsh,hnd->bsnd", h, wv) + bv
          let a = attention(q, k, v, mask = causal%s)
          let o = einsum("bsnd,ndh->bsh", a, wo) + bo
          let y = x + %s
          let g = layer_norm(y, ln2.gain, ln2.bias, eps = 1e-5)
          let f = gelu(einsum("bsh,hf->bsf", g, w1) + b1)
          let m = einsum("bsf,fh->bsh", f, w2) + b2
          return y + %s
        }
        param wte : [vocab, hidden]
        let x0 = embedding(wte, tokens)
        let x1 = repeat 2 decoder(x0)
        let logits = einsum("bsh,vh->bsv", x1, wte)
        loss cross_entropy(logits, labels)
        """
            .formatted(
                SEQ,
                HIDDEN,
                HEADS,
                dropout == 0 ? "" : ", dropout = " + dropout,
                drop.formatted("o"),
                drop.formatted("m")));
  }
}
