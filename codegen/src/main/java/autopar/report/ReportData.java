package autopar.report;

import autopar.plan.LayerPrice;
import autopar.plan.Plan;
import autopar.plan.PlanJson;
import autopar.plan.PlanTensor;
import autopar.plan.StagePlan;
import autopar.plan.TensorBytes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * What the scripts of the page read: plan.json without its tensors, and what follows from it: the
 * tracks of the step, the layout of each layer's graph, and the bytes that one pass keeps.
 */
final class ReportData {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReportData() {}

  /** One JSON object. */
  static String of(Plan plan, StepTracks tracks) {
    try {
      ObjectNode data = (ObjectNode) MAPPER.readTree(PlanJson.write(plan));
      data.remove("tensors");
      for (JsonNode strategy : data.withArray("strategies")) {
        ((ObjectNode) strategy).remove(List.of("nodes", "hubs", "boundary"));
      }
      data.set("tracks", TracksJson.of(tracks));
      heldBytes(plan, data.putArray("held_bytes_per_pass"));
      ArrayNode graphs = data.putArray("graphs");
      plan.layerPrices().forEach(price -> graph(price, graphs.addObject()));
      return MAPPER.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Per stage and chunk, the activation bytes that a device keeps for one forward pass until its
   * backward: what the plan's saved activations need over the passes they are kept for.
   */
  private static void heldBytes(Plan plan, ArrayNode out) {
    for (StagePlan stage : plan.stages()) {
      ArrayNode perChunk = out.addArray();
      for (int chunk = 0; chunk < stage.layers().size(); chunk++) {
        int own = chunk;
        List<PlanTensor> kept =
            plan.tensors().stream()
                .filter(t -> t.stage() == stage.index())
                .filter(t -> t.saved().filter(s -> s.chunk() == own).isPresent())
                .toList();
        long bytes =
            TensorBytes.of(kept, stage.index(), stage.mesh(), stage.offload()).activations();
        perChunk.add(kept.isEmpty() ? 0 : bytes / kept.getFirst().saved().orElseThrow().inFlight());
      }
    }
  }

  private static void graph(LayerPrice price, ObjectNode out) {
    LayerGraph graph = LayerGraph.of(price);
    out.put("width", Math.round(graph.width()));
    out.put("height", Math.round(graph.height()));
    ArrayNode boxes = out.putArray("boxes");
    for (LayerGraph.Box box : graph.boxes()) {
      ObjectNode node = boxes.addObject();
      node.put("kind", box.kind().name().toLowerCase(Locale.ROOT));
      node.put("index", box.index());
      node.put("name", box.name());
      node.putArray("at")
          .add(Math.round(box.x()))
          .add(Math.round(box.y()))
          .add(Math.round(box.w()))
          .add(Math.round(box.h()));
    }
    ArrayNode lines = out.putArray("lines");
    for (LayerGraph.Line line : graph.lines()) {
      ArrayNode points = lines.addArray();
      line.points().forEach(p -> points.add(Math.round(p)));
    }
  }
}
