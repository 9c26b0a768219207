package autopar.text;

import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.ir.graph.GraphVerifier;
import java.util.Map;
import java.util.Optional;

/**
 * Text to graph: syntax, then meaning, then the graph's own constraints.
 *
 * <p>All errors of a file and of what it includes are found in one run. A value that is wrong is
 * reported once; what is made of it is silent.
 */
public final class IrReader {

  private IrReader() {}

  /**
   * Reads a model for training.
   *
   * @param overrides sizes of dims that replace those in the file
   * @throws InvalidInput with everything that is wrong
   */
  public static Graph read(SourceFile file, Map<String, Long> overrides, IncludeResolver includes) {
    Reading reading = analyze(file, overrides, includes, Purpose.TRAINING);
    return reading.graph().orElseThrow(() -> new InvalidInput(reading.diagnostics()));
  }

  /** Reads a model and keeps the warnings too; never throws for wrong input. */
  public static Reading analyze(
      SourceFile file, Map<String, Long> overrides, IncludeResolver includes, Purpose purpose) {
    try {
      SourceText.check(file);
    } catch (InvalidInput wrong) {
      return new Reading(Optional.empty(), wrong.diagnostics());
    }
    Diagnostics diagnostics = new Diagnostics();
    SyntaxReader.Syntax syntax = Includes.read(file, includes, diagnostics);
    boolean readable = !syntax.statements().isEmpty();
    Optional<Graph> graph =
        readable
            ? new ReadModel(file, syntax, overrides, purpose, diagnostics).read()
            : Optional.empty();
    if (!readable && !diagnostics.hasErrors()) {
      diagnostics.error("AP0605", file.span(0, 0), "the file holds no statement");
    }
    if (graph.isPresent()) {
      GraphVerifier.verify(graph.get());
    }
    return new Reading(graph, diagnostics.all());
  }
}
