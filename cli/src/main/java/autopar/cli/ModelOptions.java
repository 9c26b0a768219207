package autopar.cli;

import autopar.text.Purpose;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model of a verb and the dims that are set from outside. */
final class ModelOptions {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "An .ir file, or the name of a model that ships with autopar.")
  private String model;

  @Option(
      names = "--set",
      paramLabel = "dim=value",
      description = "Overrides a dim of the model; may be repeated.")
  private Map<String, Long> dims = new LinkedHashMap<>();

  String name() {
    return model;
  }

  Map<String, Long> dims() {
    return dims;
  }

  ResolvedModel read(Purpose purpose) {
    return ResolvedModel.read(model, dims, purpose);
  }
}
