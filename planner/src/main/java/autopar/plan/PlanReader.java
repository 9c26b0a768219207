package autopar.plan;

import autopar.diagnostics.SourceFile;
import autopar.ir.type.Precision;
import autopar.schedule.ScheduleKind;
import autopar.training.Optimizer;
import autopar.training.RecomputeMode;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;

/** Reads a plan from JSON. */
final class PlanReader {
  private static final String NO_OPTIMIZER = "none";

  private PlanReader() {}

  static Plan read(SourceFile file) {
    JsonNode tree;
    try {
      tree = new ObjectMapper().readTree(file.text());
    } catch (JsonProcessingException e) {
      throw JsonPath.invalid(file, "AP0901", "this is not JSON: " + e.getOriginalMessage());
    }
    JsonPath root = new JsonPath(file, "", tree);
    if (!root.optional("format").map(f -> f.node().asText()).equals(Optional.of(PlanJson.FORMAT))) {
      throw JsonPath.invalid(
          file, "AP0901", "this is not a plan: 'format' is not '" + PlanJson.FORMAT + "'");
    }
    int version = root.at("version").smallInteger();
    if (version != PlanJson.VERSION) {
      throw JsonPath.invalid(
          file,
          "AP0901",
          "this plan has version " + version + "; only " + PlanJson.VERSION + " can be read");
    }
    return plan(root);
  }

  private static Plan plan(JsonPath root) {
    return new Plan(
        model(root.at("model")),
        cluster(root.at("cluster")),
        workload(root.at("workload")),
        execution(root.at("execution")),
        root.at("devices").smallInteger(),
        root.at("micro_batch").integer(),
        root.at("micro_batches").smallInteger(),
        new PipelineSchedule(
            root.at("schedule").at("kind").constant(ScheduleKind.values(), ScheduleKind::text),
            root.at("schedule").at("virtual_stages").smallInteger()),
        root.at("stages").list(PlanReader::stage),
        root.at("idle").list(JsonPath::smallInteger),
        new PlanHashes(
            root.at("hashes").at("model").text(), root.at("hashes").at("cluster").text()),
        root.at("tensors").list(PlanReader::tensor),
        root.at("strategies").list(StrategyJson::read),
        root.at("layer_prices").list(LayerPriceJson::read),
        predicted(root.at("predicted")),
        SearchJson.read(root.at("search")));
  }

  private static PlanModel model(JsonPath at) {
    return new PlanModel(
        at.at("name").text(),
        at.at("parameters").integer(),
        at.at("trainable_parameters").integer(),
        at.at("layers").smallInteger(),
        at.at("flops_per_sample").number());
  }

  private static PlanCluster cluster(JsonPath at) {
    PlanHosts all = hosts(at);
    List<PlanHosts> groups =
        at.optional("host_groups").map(g -> g.list(PlanReader::hosts)).orElse(List.of(all));
    if (groups.isEmpty()) {
      throw at.invalid(at.path() + ".host_groups must not be empty");
    }
    return new PlanCluster(
        at.at("name").text(),
        all.device(),
        all.hosts(),
        all.devicesPerHost(),
        all.memoryBytesPerDevice(),
        all.usableBytesPerDevice(),
        all.peakFlopsPerDevice(),
        groups);
  }

  private static PlanHosts hosts(JsonPath at) {
    return new PlanHosts(
        at.at("hosts").smallInteger(),
        at.at("devices_per_host").smallInteger(),
        at.at("device").text(),
        at.at("memory_bytes_per_device").integer(),
        at.at("usable_bytes_per_device").integer(),
        at.at("peak_flops_per_device").number());
  }

  private static Workload workload(JsonPath at) {
    JsonPath optimizer = at.at("optimizer");
    return new Workload(
        at.at("kind").constant(WorkloadKind.values(), WorkloadKind::text),
        at.at("global_batch").integer(),
        at.at("sequence").integer(),
        at.at("precision").constant(Precision.values(), Precision::text),
        optimizer.text().equals(NO_OPTIMIZER)
            ? Optional.empty()
            : Optional.of(optimizer.constant(Optimizer.values(), Optimizer::text)));
  }

  private static Execution execution(JsonPath at) {
    return new Execution(
        at.at("attention").text(),
        at.at("fp32_gradients").truth(),
        at.at("overlap_gradients").truth(),
        at.at("software").text());
  }

  private static StagePlan stage(JsonPath at) {
    JsonPath recompute = at.at("recompute");
    JsonPath offload = at.at("offload");
    return new StagePlan(
        at.at("index").smallInteger(),
        at.at("layers").list(PlanReader::range),
        at.at("layer_names").list(JsonPath::text),
        at.at("devices").list(JsonPath::smallInteger),
        at.at("mesh").list(a -> new MeshAxis(a.at("axis").text(), a.at("size").smallInteger())),
        at.at("zero").smallInteger(),
        new RecomputeCounts(
            recompute.at("none").smallInteger(),
            recompute.at("selective").smallInteger(),
            recompute.at("full").smallInteger()),
        new OffloadPlan(
            target(offload.at("optimizer")),
            target(offload.at("parameters")),
            target(offload.at("activations"))),
        stagePrediction(at.at("predicted")));
  }

  static LayerRange range(JsonPath at) {
    List<Integer> ends = at.list(JsonPath::smallInteger);
    if (ends.size() != 2) {
      throw at.invalid(at.path() + " must be [from, to]");
    }
    return new LayerRange(ends.get(0), ends.get(1));
  }

  private static OffloadTarget target(JsonPath at) {
    return at.constant(OffloadTarget.values(), OffloadTarget::text);
  }

  private static StagePrediction stagePrediction(JsonPath at) {
    JsonPath memory = at.at("memory_bytes");
    return new StagePrediction(
        at.at("forward_s").number(),
        at.at("backward_s").number(),
        at.at("communication_s").number(),
        at.at("step_overhead_s").number(),
        at.optional("shares").map(PlanReader::shares).orElse(PredictedShares.NONE),
        at.at("passes")
            .list(p ->
                new PassPrediction(
                    p.at("forward_s").number(),
                    p.at("backward_s").number(),
                    p.at("send_forward_s").number(),
                    p.at("send_backward_s").number())),
        at.at("time")
            .list(t ->
                new TimePart(
                    t.at("part").constant(TimeKind.values(), TimeKind::text),
                    t.at("exposed_s").number(),
                    t.at("hidden_s").number())),
        new MemoryBreakdown(
            memory.at("parameters").integer(),
            memory.at("gradients").integer(),
            memory.at("optimizer").integer(),
            memory.at("activations").integer(),
            memory.at("workspace").integer(),
            memory.at("total").integer()));
  }

  private static PredictedShares shares(JsonPath at) {
    return new PredictedShares(
        at.at("recompute_s").number(),
        at.at("gather_s").number(),
        at.at("send_s").number(),
        at.at("update_s").number());
  }

  private static PlanTensor tensor(JsonPath at) {
    return new PlanTensor(
        at.at("name").text(),
        at.at("stage").smallInteger(),
        at.at("kind").constant(TensorKind.values(), TensorKind::text),
        at.at("shape").list(JsonPath::integer),
        at.at("dtype").constant(Dtype.values(), Dtype::text),
        at.at("sharding").list(PlanReader::texts),
        texts(at.at("partial")),
        at.at("phase").constant(TensorPhase.values(), TensorPhase::text),
        at.optional("stored").map(s -> s.list(PlanReader::texts)),
        at.optional("flat").map(PlanReader::texts).orElse(List.of()),
        at.optional("saved").filter(JsonPath::truth).map(s -> saved(at)));
  }

  private static SavedActivation saved(JsonPath at) {
    return new SavedActivation(
        at.at("chunk").smallInteger(),
        at.at("layers").smallInteger(),
        at.at("in_flight").smallInteger(),
        at.at("recompute").constant(RecomputeMode.values(), RecomputeMode::text));
  }

  private static PlanPrediction predicted(JsonPath at) {
    return new PlanPrediction(
        at.at("step_s").number(),
        at.at("tokens_per_s").number(),
        at.at("samples_per_s").number(),
        at.at("tflops_per_device").number(),
        at.at("mfu").number(),
        at.at("bubble_fraction").number(),
        at.at("peak_memory_bytes").integer(),
        at.at("lower_bound_s").number(),
        at.at("gap").number(),
        at.at("fixed_step_s").number(),
        at.at("lower_bound_method").text());
  }

  private static List<String> texts(JsonPath at) {
    return at.list(JsonPath::text);
  }
}
