package autopar.tests.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.DiagnosticRenderer;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.text.IncludeResolver;
import autopar.text.IrPrinter;
import autopar.text.IrReader;
import autopar.text.Purpose;
import autopar.text.Reading;
import autopar.training.TrainingGraph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Takes damaged texts from text to training graph: a graph or positioned diagnostics come out. */
public final class MutationRun {
  private int survivors;
  private int refused;

  private MutationRun() {}

  /** Every model that ships with the project. */
  public static List<String> models(Path home) {
    try (Stream<Path> files = Files.list(home.resolve("models"))) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".ir")).sorted().toList()) {
        texts.add(Files.readString(file));
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads {@code count} damaged texts; {@code survivor} sees the graph of each that is valid. */
  public static MutationRun of(
      List<String> models, long seed, int count, Consumer<Graph> survivor) {
    MutationRun run = new MutationRun();
    Mutations mutations = new Mutations(models, seed);
    for (int i = 0; i < count; i++) {
      String text = mutations.next();
      try {
        run.read(text, survivor);
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("mutation " + i + " of seed " + seed + ":\n" + text, e);
      }
    }
    return run;
  }

  private void read(String text, Consumer<Graph> survivor) {
    SourceFile file = new SourceFile("mutant.ir", text);
    Reading reading = IrReader.analyze(file, Map.of(), IncludeResolver.NONE, Purpose.TRAINING);
    DiagnosticRenderer.render(reading.diagnostics());
    if (reading.graph().isEmpty()) {
      refused++;
      check(reading.diagnostics().stream().anyMatch(Diagnostic::isError), "refused in silence");
      check(
          reading.diagnostics().stream().allMatch(d -> d.span().exists()),
          "a diagnostic has no place");
    } else {
      survivors++;
      Graph graph = reading.graph().get();
      String printed = IrPrinter.print(graph);
      Graph again =
          IrReader.read(new SourceFile("printed.ir", printed), Map.of(), IncludeResolver.NONE);
      check(IrPrinter.print(again).equals(printed), "printing and reading changes the graph");
      TrainingGraph.of(graph);
      survivor.accept(graph);
    }
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }

  /** How many texts were still models. */
  public int survivors() {
    return survivors;
  }

  /** How many texts got diagnostics. */
  public int refused() {
    return refused;
  }
}
