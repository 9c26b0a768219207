package autopar.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders there are, after which steps of the protocol. */
final class CheckpointWriterTest {

  private static final List<Long> SHAPE = List.of(3L);
  private static final String LOCK = ".writer.lock";

  @TempDir Path dir;

  @Test
  void nothingIsThereUntilTheCommit() throws IOException {
    assertThat(latest()).isEqualTo(-1);
    try (CheckpointWriter writer = CheckpointWriter.open(dir.resolve("new/deep"), "a", 2)) {
      Path folder = writer.begin(7);
      write(folder, 7);
      assertThat(Checkpoint.latest(dir.resolve("new/deep"), note -> {})).isEmpty();
      Checkpoint complete = writer.commit(folder, Map.of());
      assertThat(complete.folder()).isEqualTo(dir.resolve("new/deep/step-00000007"));
      assertThat(folder).doesNotExist();
    }
    assertThat(Checkpoint.latest(dir.resolve("new/deep"), note -> {}).orElseThrow().step())
        .isEqualTo(7);
    assertThat(Checkpoint.latest(dir.resolve("absent"), note -> {})).isEmpty();
  }

  @Test
  void asManyAreKeptAsWereAskedForAndDamagedOnesDoNotCount() throws IOException {
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "a", 2)) {
      for (long step : List.of(1, 2, 3)) {
        checkpoint(writer, step);
      }
      assertThat(names()).containsExactly(LOCK, "step-00000002", "step-00000003");
      Files.delete(dir.resolve("step-00000003/manifest.json"));
      checkpoint(writer, 4);
      assertThat(names()).containsExactly(LOCK, "step-00000002", "step-00000003", "step-00000004");
      checkpoint(writer, 5);
      assertThat(names()).containsExactly(LOCK, "step-00000004", "step-00000005");
    }
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "b", 1)) {
      checkpoint(writer, 100_000_000);
      assertThat(names()).containsExactly(LOCK, "step-100000000");
    }
  }

  @Test
  void aRunThatStartsAgainFromAnOlderStepKeepsItsNewOnesToo() throws IOException {
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "a", 2)) {
      checkpoint(writer, 20);
      checkpoint(writer, 30);
      checkpoint(writer, 5);
      checkpoint(writer, 6);
      checkpoint(writer, 7);
    }
    assertThat(names())
        .containsExactly(LOCK, "step-00000006", "step-00000007", "step-00000020", "step-00000030");
  }

  @Test
  void aStepThatIsThereIsReplacedByItsManifest() throws IOException {
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "a", 2)) {
      checkpoint(writer, 9);
      Checkpoint old = Checkpoint.open(dir.resolve("step-00000009"));
      for (int again = 1; again <= 3; again++) {
        Path folder = writer.begin(9);
        ShardWriter.write(folder, 0, List.of(States.piece("w", SHAPE, Box.whole(SHAPE), again)));
        Checkpoint replaced = writer.commit(folder, Map.of("again", "" + again));
        assertThat(replaced.read("w", Box.whole(SHAPE)))
            .isEqualTo(States.values("w", SHAPE, Box.whole(SHAPE), again));
        assertThat(replaced.metadata()).containsEntry("again", "" + again);
        assertThat(CheckpointFolders.entries(replaced.folder())).hasSize(2);
      }
      // The second name was free again when the third was written.
      assertThat(dir.resolve("step-00000009/rank-00000.1.safetensors")).exists();
      assertThatThrownBy(() -> old.read("w", Box.whole(SHAPE))).isInstanceOf(RunFailure.class);
      assertThat(names()).containsExactly(LOCK, "step-00000009");
    }
  }

  @Test
  void aReplacementThatWasCutOffChangesNothing() throws IOException {
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "a", 2)) {
      checkpoint(writer, 9);
      Path complete = dir.resolve("step-00000009");
      // As far as a replacement gets before its manifest counts.
      Files.writeString(complete.resolve("rank-00000.1.safetensors"), "new");
      Files.writeString(complete.resolve("manifest.json.tmp"), "{");
      Checkpoint checkpoint = Checkpoint.latest(dir, note -> {}).orElseThrow();
      checkpoint.verify();
      checkpoint(writer, 9);
      assertThat(CheckpointFolders.entries(complete)).hasSize(2);
      Checkpoint.open(complete).verify();
    }
  }

  @Test
  void aShardThatLostItsEndIsNotCommitted() throws IOException {
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "a", 2)) {
      checkpoint(writer, 9);
      Path folder = writer.begin(9);
      write(folder, 9);
      Files.writeString(folder.resolve("rank-00000.safetensors"), "short");
      assertThatThrownBy(() -> writer.commit(folder, Map.of()))
          .isInstanceOf(RunFailure.class)
          .hasMessageContaining("is 5 bytes long, but its rank wrote");
      Checkpoint.latest(dir, note -> {}).orElseThrow().verify();
    }
  }

  @Test
  void whatAnEarlierWriterLeftIsIgnoredAndRemoved() throws IOException {
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "a", 2)) {
      checkpoint(writer, 1);
      write(writer.begin(2), 2);
    }
    // All written, and the folder not yet renamed.
    Path whole = Files.createDirectory(dir.resolve(".step-00000003.tmp-b"));
    for (Path file : CheckpointFolders.entries(dir.resolve("step-00000001"))) {
      Files.copy(file, whole.resolve(file.getFileName()));
    }
    // An old one, half removed.
    Files.createDirectory(dir.resolve(".step-00000000.tmp-removed"));
    // Not ours.
    Files.createDirectory(dir.resolve("notes"));
    Files.createDirectory(dir.resolve(".step-x.tmp-y"));
    assertThat(latest()).isEqualTo(1);
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "c", 2)) {
      Path folder = writer.begin(2);
      assertThat(names())
          .containsExactly(".step-00000002.tmp-c", ".step-x.tmp-y", LOCK, "notes", "step-00000001");
      write(folder, 2);
      writer.commit(folder, Map.of());
    }
    assertThat(latest()).isEqualTo(2);
  }

  @Test
  void oneRunWritesIntoAFolderAtATime() {
    try (CheckpointWriter first = CheckpointWriter.open(dir, "a", 2)) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> CheckpointWriter.open(dir.resolve("."), "b", 2).close())
            .isInstanceOf(RunFailure.class)
            .hasMessageContaining("another run writes checkpoints into");
      }
      checkpoint(first, 1);
    }
    try (CheckpointWriter second = CheckpointWriter.open(dir, "b", 2)) {
      checkpoint(second, 2);
    }
    assertThat(latest()).isEqualTo(2);
  }

  @Test
  void aRankThatCannotSeeTheFolderSaysWhatToDo() {
    Path elsewhere = CheckpointWriter.folder(dir.resolve("other-host"), "a", 1);
    assertThatThrownBy(() -> write(elsewhere, 1))
        .isInstanceOfSatisfying(
            RunFailure.class,
            failure -> assertThat(failure.hint().orElseThrow()).contains("shared file system"));
  }

  @Test
  void namesAndNumbersThatCannotBeAreRefused() {
    assertThatThrownBy(() -> CheckpointWriter.folder(dir, "../x", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CheckpointWriter.folder(dir, "x", -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CheckpointWriter.open(dir, "x", 0).close())
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void checkpoint(CheckpointWriter writer, long step) {
    Path folder = writer.begin(step);
    write(folder, step);
    writer.commit(folder, Map.of());
  }

  private static void write(Path folder, long step) {
    ShardWriter.write(folder, 0, List.of(States.piece("w", SHAPE, Box.whole(SHAPE), step)));
  }

  private long latest() {
    return Checkpoint.latest(dir, note -> {}).map(Checkpoint::step).orElse(-1L);
  }

  private TreeSet<String> names() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    CheckpointFolders.entries(dir).forEach(entry -> names.add(entry.getFileName().toString()));
    return names;
  }
}
