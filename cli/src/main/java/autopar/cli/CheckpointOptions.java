package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.program.ProgramBundle;
import autopar.runtime.checkpoint.Checkpoint;
import autopar.runtime.checkpoint.CheckpointWriter;
import autopar.runtime.checkpoint.ShardWriter;
import autopar.runtime.rank.TrainingRun;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Where a run leaves and finds checkpoints. */
final class CheckpointOptions {
  @Option(
      names = "--save",
      paramLabel = "DIR",
      description = "Folder for checkpoints, in safetensors files; the last two are kept.")
  private Path save;

  @Option(
      names = "--save-every",
      paramLabel = "K",
      defaultValue = "100",
      description = "Steps between checkpoints; the last step is saved too. Default: 100")
  private int every;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Goes on from the last complete checkpoint in this folder, which any plan of the model"
              + " may have written.")
  private Path resume;

  private Path resumedFrom;

  /** Brings the run to the checkpoint that was asked for; the step to go on with. */
  int resume(TrainingRun run, Consumer<String> notes) {
    if (resume == null) {
      return 0;
    }
    Optional<Checkpoint> latest =
        run.reports() ? Checkpoint.latest(resume, notes) : Optional.empty();
    Path folder = run.agree(latest.map(Checkpoint::folder).orElse(Path.of("")));
    if (folder.toString().isEmpty()) {
      throw new RunFailure(
          "there is no complete checkpoint in " + resume, "start without --resume", null);
    }
    Checkpoint checkpoint = Checkpoint.open(folder);
    run.restore(checkpoint);
    resumedFrom = folder;
    if (run.reports()) {
      notes.accept("resumed from " + folder);
    }
    return Math.toIntExact(checkpoint.step());
  }

  /** Brings another run of this process to the checkpoint that was resumed. */
  void restore(TrainingRun other) {
    other.restore(Checkpoint.open(resumedFrom));
  }

  /** The writer of a run, where checkpoints are wanted; only the process that reports opens it. */
  Optional<Saver> saver(TrainingRun run, ProgramBundle bundle, int steps) {
    if (save == null) {
      return Optional.empty();
    }
    if (every < 1) {
      throw new RunFailure("--save-every must be at least 1, not " + every);
    }
    String own =
        Long.toString(ProcessHandle.current().pid(), 36)
            + "-"
            + Long.toString(System.nanoTime(), 36);
    String name = run.agree(Path.of(own)).toString();
    Optional<CheckpointWriter> writer =
        run.reports()
            ? Optional.of(CheckpointWriter.open(save, name, CheckpointWriter.KEPT))
            : Optional.empty();
    return Optional.of(new Saver(save, every, name, writer, run, bundle, steps));
  }

  /** Writes checkpoints of one run. */
  record Saver(
      Path folder,
      int every,
      String name,
      Optional<CheckpointWriter> writer,
      TrainingRun run,
      ProgramBundle bundle,
      int steps)
      implements AutoCloseable {

    /** Writes one if it is due after {@code taken} steps. */
    void after(int taken, Consumer<String> notes) {
      if (taken % every != 0 && taken != steps) {
        return;
      }
      writer.ifPresent(w -> w.begin(taken));
      run.barrier();
      Path shards = CheckpointWriter.folder(folder, name, taken);
      run.pieces()
          .forEach((rank, pieces) -> {
            if (!pieces.isEmpty()) {
              ShardWriter.write(shards, rank, pieces);
            }
          });
      run.barrier();
      writer.ifPresent(w -> notes.accept("saved " + w.commit(shards, metadata()).folder()));
      run.barrier();
    }

    private Map<String, String> metadata() {
      Map<String, String> metadata = new LinkedHashMap<>();
      metadata.put("model", bundle.model());
      metadata.put("optimizer", bundle.optimizer().text());
      metadata.put("global_batch", Long.toString(bundle.globalBatch()));
      return metadata;
    }

    @Override
    public void close() {
      writer.ifPresent(CheckpointWriter::close);
    }
  }
}
