package autopar.runtime.rank;

import autopar.runtime.checkpoint.Checkpoint;
import autopar.runtime.checkpoint.Piece;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A training run as one process sees it: all ranks, or one of them. Every process of a run makes
 * the same calls in the same order.
 */
public interface TrainingRun extends AutoCloseable {

  /** Does this process report what happens? Exactly one does. */
  boolean reports();

  /**
   * Takes step {@code step}, from 0.
   *
   * @return the loss, where this process reports
   */
  OptionalDouble step(int step);

  /** Gradients and parameters as whole tensors; empty maps where this process does not report. */
  WholeTensors.Gathered gather();

  /** What this process writes into a checkpoint, by rank. */
  Map<Integer, List<Piece>> pieces();

  /** Brings the ranks of this process to where {@code checkpoint} stands. */
  void restore(Checkpoint checkpoint);

  /** Waits for the other processes. */
  void barrier();

  /** Bytes moved so far by kind, of all ranks, where this process reports; all must call this. */
  Map<String, Long> traffic();

  /**
   * Says that this process works on something besides the plan while the others wait for it, for
   * whoever would take it for dead.
   */
  default void works(String on) {}

  /** The last folder of a name that all processes agree on: that of the process that reports. */
  Path agree(Path own);

  @Override
  void close();
}
