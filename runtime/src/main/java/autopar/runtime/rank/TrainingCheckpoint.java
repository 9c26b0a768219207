package autopar.runtime.rank;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceSpan;
import autopar.program.Box;
import autopar.program.Buffer;
import autopar.program.ParameterSlot;
import autopar.program.ProgramBundle;
import autopar.program.Range;
import autopar.runtime.checkpoint.Checkpoint;
import autopar.runtime.checkpoint.Piece;
import autopar.runtime.checkpoint.StoredTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Training states in checkpoints: parameters in fp32 under their own names, optimizer states as
 * {@code exp_avg(wte)}. A rank writes the blocks that it answers for and reads those that it holds,
 * whatever plan wrote them.
 */
public final class TrainingCheckpoint {

  private TrainingCheckpoint() {}

  /** What {@code rank} writes. */
  public static List<Piece> pieces(ProgramBundle bundle, RankExecutor rank) {
    List<Piece> pieces = new ArrayList<>();
    for (HeldBlock block : HeldBlock.of(bundle, HeldBlock::training, false)) {
      if (block.rank() == rank.rank()) {
        Buffer buffer = rank.program().buffer(block.buffer());
        pieces.add(
            new Piece(block.tensor(), shape(buffer), box(block.box()), rank.held(block.buffer())));
      }
    }
    return pieces;
  }

  /**
   * Brings {@code rank} to where the checkpoint stands.
   *
   * @throws InvalidInput if the checkpoint is of a model with other parameters, or of another
   *     optimizer
   */
  public static void restore(RankExecutor rank, Checkpoint checkpoint) {
    for (ParameterSlot slot : rank.program().parameters()) {
      read(rank, checkpoint, slot.name(), slot.value());
      slot.master().ifPresent(m -> read(rank, checkpoint, slot.name(), m));
      for (HeldBlock.Named state : HeldBlock.training(slot)) {
        if (!state.tensor().equals(slot.name())) {
          read(rank, checkpoint, state.tensor(), state.buffer());
        }
      }
    }
  }

  private static void read(RankExecutor rank, Checkpoint checkpoint, String tensor, int buffer) {
    List<Long> shape = shape(rank.program().buffer(buffer));
    Optional<StoredTensor> stored = checkpoint.tensor(tensor);
    if (stored.isEmpty() || !stored.get().shape().equals(shape)) {
      String found = stored.map(s -> "has the shape " + s.shape()).orElse("is missing");
      throw new InvalidInput(
          Diagnostic.error(
                  "AP1004",
                  SourceSpan.NONE,
                  "the checkpoint "
                      + checkpoint.folder()
                      + " does not fit: '"
                      + tensor
                      + "' "
                      + found
                      + ", the plan wants "
                      + shape)
              .withHint("resume with a plan for the same model, sizes and optimizer"));
    }
    rank.restore(buffer, checkpoint.read(tensor, box(rank.box(buffer))));
  }

  private static List<Long> shape(Buffer buffer) {
    return buffer.type().shape().stream().map(e -> e.count()).toList();
  }

  private static autopar.runtime.checkpoint.Box box(Box box) {
    return new autopar.runtime.checkpoint.Box(
        box.ranges().stream().map(Range::from).toList(),
        box.ranges().stream().map(Range::length).toList());
  }
}
