package autopar.cli;

import autopar.ir.graph.Graph;
import autopar.text.Purpose;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code autopar models}: the models that ship with autopar. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Lists the models that ship with autopar, with their parameters.",
    footer = {"", "Example:", "  autopar models --format json"})
final class ModelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    List<ResolvedModel> models =
        ModelFiles.names().stream()
            .map(name ->
                ResolvedModel.read("models/" + name + ModelFiles.SUFFIX, Map.of(), Purpose.ANY))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      Json.print(out, json -> write(json, models));
    } else {
      for (ResolvedModel model : models) {
        Graph graph = model.graph();
        out.printf(
            Locale.ROOT,
            "%-24s %19s parameters %4d layers   %s%n",
            name(model),
            String.format(Locale.ROOT, "%,d", graph.parameterCount()),
            graph.layers(),
            path(model));
      }
      out.flush();
    }
    return ExitCodes.DONE;
  }

  private static void write(JsonGenerator json, List<ResolvedModel> models) throws IOException {
    json.writeArrayFieldStart("models");
    for (ResolvedModel model : models) {
      Graph graph = model.graph();
      json.writeStartObject();
      json.writeStringField("name", name(model));
      json.writeStringField("file", path(model));
      json.writeNumberField("parameters", graph.parameterCount());
      json.writeNumberField("trainable_parameters", graph.trainableParameterCount());
      json.writeNumberField("layers", graph.layers());
      json.writeObjectFieldStart("dims");
      for (Map.Entry<String, Long> dim : graph.dims().entrySet()) {
        json.writeNumberField(dim.getKey(), dim.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String name(ResolvedModel model) {
    return ModelFiles.stem(model.file().toString());
  }

  private static String path(ResolvedModel model) {
    return "models/" + name(model) + ModelFiles.SUFFIX;
  }
}
