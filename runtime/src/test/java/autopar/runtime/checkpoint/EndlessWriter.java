package autopar.runtime.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program that writes checkpoints until it is killed, and prints a line after the first. */
final class EndlessWriter {

  static final List<Long> SHAPE = List.of(64L, 200L);
  static final int RANKS = 3;

  private EndlessWriter() {}

  public static void main(String[] arguments) {
    Path dir = Path.of(arguments[0]);
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "endless", 2)) {
      for (long step = 1; ; step++) {
        // Every third time a step is written again: that takes another way.
        writeOnce(writer, step - step % 3 / 2);
        if (step == 1) {
          System.out.println("first");
        }
      }
    }
  }

  static void writeOnce(CheckpointWriter writer, long step) {
    Path folder = writer.begin(step);
    for (int rank = 0; rank < RANKS; rank++) {
      long from = rank * 30L;
      Box rows = new Box(List.of(from, 0L), List.of(Math.min(30, 64 - from), 200L));
      ShardWriter.write(folder, rank, List.of(States.piece("w", SHAPE, rows, step)));
    }
    writer.commit(folder, Map.of("step", "" + step));
  }
}
