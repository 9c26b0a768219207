package autopar.cli;

import autopar.text.Purpose;
import autopar.training.TrainingGraph;
import autopar.training.TrainingText;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code autopar dump}: an artefact of the compiler as text. */
@Command(
    name = "dump",
    mixinStandardHelpOptions = true,
    description = "Prints what the compiler holds after a stage.",
    footer = {"", "Example:", "  autopar dump models/opt-125m.ir --stage training"})
final class DumpCommand implements Callable<Integer> {
  /** The artefacts that have a text form. */
  enum Artefact {
    GRAPH,
    TRAINING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Option(
      names = "--stage",
      required = true,
      paramLabel = "STAGE",
      description = "One of graph (the model, dims fixed) and training (with its backward pass).")
  private Artefact stage;

  @Override
  public Integer call() {
    ResolvedModel resolved =
        model.read(
            switch (stage) {
              case GRAPH -> Purpose.ANY;
              case TRAINING -> Purpose.TRAINING;
            });
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        switch (stage) {
          case GRAPH -> resolved.text();
          case TRAINING -> TrainingText.print(TrainingGraph.of(resolved.graph()));
        });
    out.flush();
    return ExitCodes.DONE;
  }
}
