package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgressBoardTest {

  @Test
  void whatARankWritesIsReadThroughTheFile(@TempDir Path folder) {
    Path file = folder.resolve("board");
    ProgressBoard written = ProgressBoard.create(file, 3);
    ProgressBoard read = ProgressBoard.attach(file);
    assertThat(read.ranks()).isEqualTo(3);
    assertThat(read.read(2).where()).isEqualTo("while it started");

    ProgressBoard.Slot slot = written.slot(2);
    slot.started(4711);
    slot.runs(0, "all-reduce grad(decoder.1.wq)");
    slot.waits("over ranks [0, 2]");
    RankProgress progress = read.read(2);
    assertThat(progress.pid()).isEqualTo(4711);
    assertThat(progress.state()).isEqualTo(RankState.WAITING);
    assertThat(progress.where())
        .isEqualTo("in step 0 at all-reduce grad(decoder.1.wq) over ranks [0, 2]");
    assertThat(read.read(1).pid()).isZero();

    slot.runs(1, "einsum y");
    assertThat(read.read(2).where()).isEqualTo("in step 1 at einsum y");
    slot.failed(3, "no space");
    slot.isStopped();
    assertThat(read.read(2).state()).isEqualTo(RankState.FAILED);
    assertThat(read.read(2).failure()).isEqualTo("no space");
  }

  @Test
  void longTextsAreCutBetweenCharacters() {
    ProgressBoard board = ProgressBoard.unshared(1);
    board.slot(0).runs(5, "é".repeat(1000));
    board.slot(0).waits("x" + "é".repeat(1000));
    RankProgress progress = board.read(0);
    assertThat(progress.instruction()).isEqualTo("é".repeat(158));
    assertThat(progress.place()).isEqualTo("x" + "é".repeat(77));
    assertThat(progress.step()).isEqualTo(5);
  }

  @Test
  void aReaderNeverSeesHalfOfAChange() throws InterruptedException {
    ProgressBoard board = ProgressBoard.unshared(1);
    ProgressBoard.Slot slot = board.slot(0);
    AtomicBoolean over = new AtomicBoolean();
    slot.runs(0, "0");
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              for (int step = 0; !over.get(); step++) {
                slot.runs(step, Integer.toString(step).repeat(20));
              }
            });
    try {
      for (int i = 0; i < 20_000; i++) {
        RankProgress progress = board.read(0);
        if (progress.step() > 0) {
          assertThat(progress.instruction())
              .isEqualTo(Integer.toString(progress.step()).repeat(20));
        }
      }
    } finally {
      over.set(true);
      writer.join();
    }
  }
}
