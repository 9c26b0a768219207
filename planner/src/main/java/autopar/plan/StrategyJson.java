package autopar.plan;

import autopar.training.RecomputeMode;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The JSON form of a {@link LayerStrategy}: nodes and hubs are objects keyed by name. */
final class StrategyJson {

  private StrategyJson() {}

  static void write(JsonGenerator out, LayerStrategy strategy) throws IOException {
    out.writeStartObject();
    out.writeNumberField("stage", strategy.stage());
    out.writeNumberField("chunk", strategy.chunk());
    out.writeNumberField("section", strategy.section());
    out.writeStringField("block", strategy.block());
    out.writeFieldName("instances");
    out.writeArray(new int[] {strategy.instances().from(), strategy.instances().to()}, 0, 2);
    out.writeStringField("recompute", strategy.recompute().text());
    int[] boundary = strategy.boundary().stream().mapToInt(Integer::intValue).toArray();
    out.writeFieldName("boundary");
    out.writeArray(boundary, 0, boundary.length);
    out.writeObjectFieldStart("nodes");
    for (LayerStrategy.NodeStrategy node : strategy.nodes()) {
      texts(out, node.node(), node.factors());
    }
    out.writeEndObject();
    out.writeObjectFieldStart("hubs");
    for (LayerStrategy.HubStrategy hub : strategy.hubs()) {
      out.writeObjectFieldStart(hub.value());
      dims(out, "sharding", hub.sharding());
      dims(out, "gradient", hub.gradient());
      texts(out, "partial", hub.partial());
      out.writeEndObject();
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private static void dims(JsonGenerator out, String key, List<List<String>> dims)
      throws IOException {
    out.writeArrayFieldStart(key);
    for (List<String> axes : dims) {
      out.writeArray(axes.toArray(String[]::new), 0, axes.size());
    }
    out.writeEndArray();
  }

  private static void texts(JsonGenerator out, String key, List<String> texts) throws IOException {
    out.writeFieldName(key);
    out.writeArray(texts.toArray(String[]::new), 0, texts.size());
  }

  static LayerStrategy read(JsonPath at) {
    List<LayerStrategy.NodeStrategy> nodes = new ArrayList<>();
    at.at("nodes").entries((name, n) -> nodes.add(new LayerStrategy.NodeStrategy(name, texts(n))));
    List<LayerStrategy.HubStrategy> hubs = new ArrayList<>();
    at.at("hubs")
        .entries((name, h) ->
            hubs.add(
                new LayerStrategy.HubStrategy(
                    name,
                    h.at("sharding").list(StrategyJson::texts),
                    h.at("gradient").list(StrategyJson::texts),
                    texts(h.at("partial")))));
    return new LayerStrategy(
        at.at("stage").smallInteger(),
        at.at("chunk").smallInteger(),
        at.at("section").smallInteger(),
        at.at("block").text(),
        PlanReader.range(at.at("instances")),
        at.at("recompute").constant(RecomputeMode.values(), RecomputeMode::text),
        at.at("boundary").list(JsonPath::smallInteger),
        nodes,
        hubs);
  }

  private static List<String> texts(JsonPath at) {
    return at.list(JsonPath::text);
  }
}
