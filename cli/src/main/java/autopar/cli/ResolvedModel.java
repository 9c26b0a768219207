package autopar.cli;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.FindLayers;
import autopar.ir.graph.Graph;
import autopar.text.IrPrinter;
import autopar.text.IrReader;
import autopar.text.Purpose;
import autopar.text.Reading;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model read from a file, dims fixed and layers found, with the warnings about it. */
record ResolvedModel(Path file, Graph graph, List<Diagnostic> warnings, ModelSource source) {

  /**
   * Reads the model that {@code argument} means.
   *
   * @throws InvalidInput with everything that is wrong with it
   */
  static ResolvedModel read(String argument, Map<String, Long> dims, Purpose purpose) {
    Path file = ModelFiles.resolve(argument);
    SourceFile source = SourceFiles.read(file, name(file));
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(source.name(), source.text());
    Reading reading =
        IrReader.analyze(
            source,
            dims,
            (from, path) -> {
              SourceFile included = include(from, path);
              texts.put(included.name(), included.text());
              return included;
            },
            purpose);
    return new ResolvedModel(
        file,
        reading
            .graph()
            .map(FindLayers::in)
            .orElseThrow(() -> new InvalidInput(reading.diagnostics())),
        reading.diagnostics(),
        new ModelSource(source.name(), texts, dims));
  }

  /** The file that {@code from} includes by a path relative to itself. */
  private static SourceFile include(SourceFile from, String path) {
    Path file = Path.of(from.name()).resolveSibling(path);
    return SourceFiles.read(file, name(file));
  }

  /** One name per file, however it is reached. */
  private static String name(Path file) {
    String name = file.normalize().toString();
    return name.isEmpty() ? file.toString() : name;
  }

  /** The same model with another default batch. */
  ResolvedModel withBatch(long batch) {
    Graph g = graph;
    return new ResolvedModel(
        file,
        new Graph(
            g.name(),
            g.dims(),
            g.batchDim(),
            batch,
            g.values(),
            g.inputs(),
            g.parameters(),
            g.sections(),
            g.loss(),
            g.outputs()),
        warnings,
        source);
  }

  /** The text that says everything, without includes or overrides. */
  String text() {
    return IrPrinter.print(graph);
  }
}
