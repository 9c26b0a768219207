package autopar.plan;

import autopar.cost.Collective;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** The JSON form of a {@link LayerPrice}; its uses are [stage, chunk, section, from, to]. */
final class LayerPriceJson {

  private static final int USE_NUMBERS = 5;

  private LayerPriceJson() {}

  static void write(JsonGenerator out, LayerPrice price) throws IOException {
    out.writeStartObject();
    out.writeArrayFieldStart("uses");
    for (LayerPrice.Use use : price.uses()) {
      LayerRange range = use.instances();
      int[] numbers = {use.stage(), use.chunk(), use.section(), range.from(), range.to()};
      out.writeArray(numbers, 0, numbers.length);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("operations");
    for (LayerPrice.Operation operation : price.operations()) {
      out.writeStartObject();
      out.writeStringField("name", operation.name());
      out.writeStringField("expression", operation.expression());
      operands(out, "reads", operation.reads());
      operands(out, "writes", operation.writes());
      out.writeNumberField("forward_s", operation.forwardSeconds());
      out.writeNumberField("backward_s", operation.backwardSeconds());
      out.writeBooleanField("again", operation.again());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("flows");
    for (LayerPrice.Flow flow : price.flows()) {
      out.writeStartObject();
      out.writeStringField("value", flow.value());
      out.writeStringField("from", flow.from());
      out.writeStringField("to", flow.to());
      moves(out, "forward", flow.forward());
      moves(out, "backward", flow.backward());
      out.writeBooleanField("again", flow.again());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void operands(JsonGenerator out, String key, List<LayerPrice.Operand> operands)
      throws IOException {
    out.writeArrayFieldStart(key);
    for (LayerPrice.Operand operand : operands) {
      out.writeStartObject();
      out.writeStringField("name", operand.name());
      out.writeStringField("type", operand.type());
      out.writeBooleanField("weight", operand.weight());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void moves(JsonGenerator out, String key, List<LayerPrice.Move> moves)
      throws IOException {
    out.writeArrayFieldStart(key);
    for (LayerPrice.Move move : moves) {
      out.writeStartObject();
      out.writeStringField("kind", move.kind().text());
      out.writeFieldName("axes");
      out.writeArray(move.axes().toArray(String[]::new), 0, move.axes().size());
      out.writeNumberField("bytes", move.bytes());
      out.writeNumberField("seconds", move.seconds());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  static LayerPrice read(JsonPath at) {
    return new LayerPrice(
        at.at("uses").list(LayerPriceJson::use),
        at.at("operations").list(LayerPriceJson::operation),
        at.at("flows")
            .list(f ->
                new LayerPrice.Flow(
                    f.at("value").text(),
                    f.at("from").text(),
                    f.at("to").text(),
                    f.at("forward").list(LayerPriceJson::move),
                    f.at("backward").list(LayerPriceJson::move),
                    f.at("again").truth())));
  }

  private static LayerPrice.Use use(JsonPath at) {
    List<Integer> numbers = at.list(JsonPath::smallInteger);
    if (numbers.size() != USE_NUMBERS) {
      throw at.invalid(at.path() + " must be [stage, chunk, section, from, to]");
    }
    return new LayerPrice.Use(
        numbers.get(0),
        numbers.get(1),
        numbers.get(2),
        new LayerRange(numbers.get(3), numbers.get(4)));
  }

  private static LayerPrice.Operation operation(JsonPath at) {
    return new LayerPrice.Operation(
        at.at("name").text(),
        at.at("expression").text(),
        at.at("reads").list(LayerPriceJson::operand),
        at.at("writes").list(LayerPriceJson::operand),
        at.at("forward_s").number(),
        at.at("backward_s").number(),
        at.at("again").truth());
  }

  private static LayerPrice.Operand operand(JsonPath at) {
    return new LayerPrice.Operand(
        at.at("name").text(), at.at("type").text(), at.at("weight").truth());
  }

  private static LayerPrice.Move move(JsonPath at) {
    return new LayerPrice.Move(
        at.at("kind").constant(Collective.values(), Collective::text),
        at.at("axes").list(JsonPath::text),
        at.at("bytes").number(),
        at.at("seconds").number());
  }
}
