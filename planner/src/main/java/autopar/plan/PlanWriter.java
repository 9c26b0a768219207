package autopar.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes a plan as JSON, key by key, in the order of the contract. */
final class PlanWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonGenerator out;

  private PlanWriter(JsonGenerator out) {
    this.out = out;
  }

  static String write(Plan plan) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      out.setPrettyPrinter(new PlanLayout());
      new PlanWriter(out).plan(plan);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.append('\n').toString();
  }

  private void plan(Plan plan) throws IOException {
    out.writeStartObject();
    out.writeStringField("format", PlanJson.FORMAT);
    out.writeNumberField("version", PlanJson.VERSION);
    model(plan.model());
    cluster(plan.cluster());
    workload(plan.workload());
    out.writeNumberField("devices", plan.devices());
    out.writeNumberField("micro_batch", plan.microBatch());
    out.writeNumberField("micro_batches", plan.microBatches());
    out.writeObjectFieldStart("schedule");
    out.writeStringField("kind", plan.schedule().kind().text());
    out.writeNumberField("virtual_stages", plan.schedule().virtualStages());
    out.writeEndObject();
    execution(plan.execution());
    out.writeArrayFieldStart("stages");
    for (StagePlan stage : plan.stages()) {
      stage(stage);
    }
    out.writeEndArray();
    integers("idle", plan.idle());
    out.writeObjectFieldStart("hashes");
    out.writeStringField("model", plan.hashes().model());
    out.writeStringField("cluster", plan.hashes().cluster());
    out.writeEndObject();
    out.writeArrayFieldStart("tensors");
    for (PlanTensor tensor : plan.tensors()) {
      tensor(tensor);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("strategies");
    for (LayerStrategy strategy : plan.strategies()) {
      StrategyJson.write(out, strategy);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("layer_prices");
    for (LayerPrice price : plan.layerPrices()) {
      LayerPriceJson.write(out, price);
    }
    out.writeEndArray();
    predicted(plan.predicted());
    out.writeFieldName("search");
    SearchJson.write(out, plan.search());
    out.writeEndObject();
  }

  private void model(PlanModel model) throws IOException {
    out.writeObjectFieldStart("model");
    out.writeStringField("name", model.name());
    out.writeNumberField("parameters", model.parameters());
    out.writeNumberField("trainable_parameters", model.trainableParameters());
    out.writeNumberField("layers", model.layers());
    out.writeNumberField("flops_per_sample", model.flopsPerSample());
    out.writeEndObject();
  }

  private void cluster(PlanCluster cluster) throws IOException {
    out.writeObjectFieldStart("cluster");
    out.writeStringField("name", cluster.name());
    out.writeStringField("device", cluster.device());
    out.writeNumberField("hosts", cluster.hosts());
    out.writeNumberField("devices_per_host", cluster.devicesPerHost());
    out.writeNumberField("memory_bytes_per_device", cluster.memoryBytesPerDevice());
    out.writeNumberField("usable_bytes_per_device", cluster.usableBytesPerDevice());
    out.writeNumberField("peak_flops_per_device", cluster.peakFlopsPerDevice());
    if (cluster.groups().size() > 1) {
      out.writeArrayFieldStart("host_groups");
      for (PlanHosts group : cluster.groups()) {
        hosts(group);
      }
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  private void hosts(PlanHosts group) throws IOException {
    out.writeStartObject();
    out.writeNumberField("hosts", group.hosts());
    out.writeNumberField("devices_per_host", group.devicesPerHost());
    out.writeStringField("device", group.device());
    out.writeNumberField("memory_bytes_per_device", group.memoryBytesPerDevice());
    out.writeNumberField("usable_bytes_per_device", group.usableBytesPerDevice());
    out.writeNumberField("peak_flops_per_device", group.peakFlopsPerDevice());
    out.writeEndObject();
  }

  private void workload(Workload workload) throws IOException {
    out.writeObjectFieldStart("workload");
    out.writeStringField("kind", workload.kind().text());
    out.writeNumberField("global_batch", workload.globalBatch());
    out.writeNumberField("sequence", workload.sequence());
    out.writeStringField("precision", workload.precision().text());
    out.writeStringField("optimizer", workload.optimizer().map(o -> o.text()).orElse("none"));
    out.writeEndObject();
  }

  private void execution(Execution execution) throws IOException {
    out.writeObjectFieldStart("execution");
    out.writeStringField("attention", execution.attention());
    out.writeBooleanField("fp32_gradients", execution.fp32Gradients());
    out.writeBooleanField("overlap_gradients", execution.overlapGradients());
    out.writeStringField("software", execution.software());
    out.writeEndObject();
  }

  private void stage(StagePlan stage) throws IOException {
    out.writeStartObject();
    out.writeNumberField("index", stage.index());
    out.writeArrayFieldStart("layers");
    for (LayerRange range : stage.layers()) {
      out.writeStartArray();
      out.writeNumber(range.from());
      out.writeNumber(range.to());
      out.writeEndArray();
    }
    out.writeEndArray();
    strings("layer_names", stage.layerNames());
    integers("devices", stage.devices());
    out.writeArrayFieldStart("mesh");
    for (MeshAxis axis : stage.mesh()) {
      out.writeStartObject();
      out.writeStringField("axis", axis.name());
      out.writeNumberField("size", axis.size());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeNumberField("zero", stage.zero());
    out.writeObjectFieldStart("recompute");
    out.writeNumberField("none", stage.recompute().none());
    out.writeNumberField("selective", stage.recompute().selective());
    out.writeNumberField("full", stage.recompute().full());
    out.writeEndObject();
    out.writeObjectFieldStart("offload");
    out.writeStringField("optimizer", stage.offload().optimizer().text());
    out.writeStringField("parameters", stage.offload().parameters().text());
    out.writeStringField("activations", stage.offload().activations().text());
    out.writeEndObject();
    stagePrediction(stage.predicted());
    out.writeEndObject();
  }

  private void stagePrediction(StagePrediction predicted) throws IOException {
    out.writeObjectFieldStart("predicted");
    out.writeNumberField("forward_s", predicted.forwardSeconds());
    out.writeNumberField("backward_s", predicted.backwardSeconds());
    out.writeNumberField("communication_s", predicted.communicationSeconds());
    out.writeNumberField("step_overhead_s", predicted.stepOverheadSeconds());
    out.writeObjectFieldStart("shares");
    out.writeNumberField("recompute_s", predicted.shares().recomputeSeconds());
    out.writeNumberField("gather_s", predicted.shares().gatherSeconds());
    out.writeNumberField("send_s", predicted.shares().sendSeconds());
    out.writeNumberField("update_s", predicted.shares().updateSeconds());
    out.writeEndObject();
    out.writeArrayFieldStart("passes");
    for (PassPrediction pass : predicted.passes()) {
      out.writeStartObject();
      out.writeNumberField("forward_s", pass.forwardSeconds());
      out.writeNumberField("backward_s", pass.backwardSeconds());
      out.writeNumberField("send_forward_s", pass.sendForwardSeconds());
      out.writeNumberField("send_backward_s", pass.sendBackwardSeconds());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("time");
    for (TimePart part : predicted.time()) {
      out.writeStartObject();
      out.writeStringField("part", part.kind().text());
      out.writeStringField("per", part.kind().perStep() ? "step" : "micro_batch");
      out.writeNumberField("exposed_s", part.exposedSeconds());
      out.writeNumberField("hidden_s", part.hiddenSeconds());
      out.writeEndObject();
    }
    out.writeEndArray();
    MemoryBreakdown memory = predicted.memory();
    out.writeObjectFieldStart("memory_bytes");
    out.writeNumberField("parameters", memory.parameters());
    out.writeNumberField("gradients", memory.gradients());
    out.writeNumberField("optimizer", memory.optimizer());
    out.writeNumberField("activations", memory.activations());
    out.writeNumberField("workspace", memory.workspace());
    out.writeNumberField("total", memory.total());
    out.writeEndObject();
    out.writeEndObject();
  }

  private void tensor(PlanTensor tensor) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", tensor.name());
    out.writeNumberField("stage", tensor.stage());
    out.writeStringField("kind", tensor.kind().text());
    out.writeArrayFieldStart("shape");
    for (long extent : tensor.shape()) {
      out.writeNumber(extent);
    }
    out.writeEndArray();
    out.writeStringField("dtype", tensor.dtype().text());
    sharding("sharding", tensor.sharding());
    strings("partial", tensor.partial());
    out.writeStringField("phase", tensor.phase().text());
    if (tensor.stored().isPresent()) {
      sharding("stored", tensor.stored().get());
    }
    if (!tensor.flat().isEmpty()) {
      strings("flat", tensor.flat());
    }
    if (tensor.kind() == TensorKind.ACTIVATION) {
      out.writeBooleanField("saved", tensor.saved().isPresent());
    }
    if (tensor.saved().isPresent()) {
      SavedActivation saved = tensor.saved().get();
      out.writeNumberField("chunk", saved.chunk());
      out.writeNumberField("layers", saved.layers());
      out.writeNumberField("in_flight", saved.inFlight());
      out.writeStringField("recompute", saved.recompute().text());
    }
    out.writeEndObject();
  }

  private void predicted(PlanPrediction predicted) throws IOException {
    out.writeObjectFieldStart("predicted");
    out.writeNumberField("step_s", predicted.stepSeconds());
    out.writeNumberField("tokens_per_s", predicted.tokensPerSecond());
    out.writeNumberField("samples_per_s", predicted.samplesPerSecond());
    out.writeNumberField("tflops_per_device", predicted.tflopsPerDevice());
    out.writeNumberField("mfu", predicted.mfu());
    out.writeNumberField("bubble_fraction", predicted.bubbleFraction());
    out.writeNumberField("peak_memory_bytes", predicted.peakMemoryBytes());
    out.writeNumberField("lower_bound_s", predicted.lowerBoundSeconds());
    out.writeNumberField("gap", predicted.gap());
    out.writeNumberField("fixed_step_s", predicted.fixedStepSeconds());
    out.writeStringField("lower_bound_method", predicted.lowerBoundMethod());
    out.writeEndObject();
  }

  private void sharding(String key, List<List<String>> sharding) throws IOException {
    out.writeArrayFieldStart(key);
    for (List<String> axes : sharding) {
      out.writeStartArray();
      for (String axis : axes) {
        out.writeString(axis);
      }
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private void strings(String key, List<String> values) throws IOException {
    out.writeArrayFieldStart(key);
    for (String value : values) {
      out.writeString(value);
    }
    out.writeEndArray();
  }

  private void integers(String key, List<Integer> values) throws IOException {
    out.writeArrayFieldStart(key);
    for (int value : values) {
      out.writeNumber(value);
    }
    out.writeEndArray();
  }
}
