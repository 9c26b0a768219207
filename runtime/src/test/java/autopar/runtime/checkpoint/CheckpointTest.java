package autopar.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.CompilerBug;
import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointTest {

  private static final List<Long> SHAPE = List.of(4L, 6L);
  private static final Box LEFT = new Box(List.of(0L, 0L), List.of(4L, 2L));
  private static final Box RIGHT = new Box(List.of(0L, 2L), List.of(4L, 4L));

  @TempDir Path dir;

  @Test
  void anyPartitionIsReadBackInAnyOther() {
    Random random = new Random(11);
    List<List<Long>> shapes =
        List.of(
            List.of(),
            List.of(7L),
            List.of(5L, 9L),
            List.of(3L, 4L, 5L),
            List.of(2L, 3L, 1L, 4L),
            List.of(3L, 0L),
            List.of(1L, 40_000L));
    for (int step = 0; step < 25; step++) {
      int ranks = 1 + random.nextInt(4);
      List<List<Piece>> written = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        written.add(new ArrayList<>());
      }
      for (int t = 0; t < shapes.size(); t++) {
        List<Long> shape = shapes.get(t);
        for (Box box : States.partition(shape, random)) {
          Piece piece = States.piece("t" + t, shape, box, step);
          List<Piece> ofRank = written.get(random.nextInt(ranks));
          // Cuts at the end of a box leave an empty one with the offset of its neighbour.
          if (!box.isEmpty() || ofRank.stream().noneMatch(p -> p.tensor().equals(piece.tensor()))) {
            ofRank.add(piece);
          }
        }
      }
      Checkpoint checkpoint = write(step, written);
      assertThat(checkpoint.tensors()).hasSize(shapes.size());
      for (int t = 0; t < shapes.size(); t++) {
        List<Long> shape = shapes.get(t);
        for (Box box : States.partition(shape, random)) {
          assertThat(checkpoint.read("t" + t, box))
              .as("step %d, t%d, %s", step, t, box)
              .isEqualTo(States.values("t" + t, shape, box, step));
        }
      }
    }
  }

  @Test
  void distantColumnsOfALargeTensorAreRead() {
    List<Long> shape = List.of(300L, 70_001L);
    Box upper = new Box(List.of(0L, 0L), List.of(120L, 70_001L));
    Box lower = new Box(List.of(120L, 0L), List.of(180L, 70_001L));
    Checkpoint checkpoint =
        write(
            1,
            List.of(
                List.of(States.piece("w", shape, upper, 1)),
                List.of(States.piece("w", shape, lower, 1))));
    Box columns = new Box(List.of(7L, 69_990L), List.of(290L, 11L));
    assertThat(checkpoint.read("w", columns)).isEqualTo(States.values("w", shape, columns, 1));
    Box most = new Box(List.of(100L, 3L), List.of(40L, 69_000L));
    assertThat(checkpoint.read("w", most)).isEqualTo(States.values("w", shape, most, 1));
  }

  @Test
  void aBf16TensorIsStoredInHalfTheBytesAndReadAsTheNearestNumbers() {
    float[] values = {1, 1.00390625f, 1.01171875f, -3.14159274f};
    Piece piece = new Piece("w", StoredDtype.BF16, List.of(4L), Box.whole(List.of(4L)), values);
    Checkpoint checkpoint = write(3, List.of(List.of(piece)));
    assertThat(checkpoint.tensor("w").orElseThrow().dtype()).isEqualTo(StoredDtype.BF16);
    assertThat(checkpoint.read("w", Box.whole(List.of(4L))))
        .containsExactly(1, 1, 1.015625f, -3.140625f);
    assertThatThrownBy(
            () -> new Piece("w", StoredDtype.I64, List.of(4L), Box.whole(List.of(4L)), values))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSingleRankWritesAPlainFileAndPartsTellWhereTheyBelong() {
    Box whole = Box.whole(SHAPE);
    Checkpoint one = write(1, List.of(List.of(States.piece("decoder.0.wq", SHAPE, whole, 1))));
    SafetensorsReader plain =
        SafetensorsReader.open(one.folder().resolve("rank-00000.safetensors"));
    assertThat(plain.floats("decoder.0.wq"))
        .isEqualTo(States.values("decoder.0.wq", SHAPE, whole, 1));
    assertThat(plain.metadata()).containsExactly(Map.entry("format", "pt"));

    Checkpoint two =
        write(
            2,
            List.of(
                List.of(States.piece("w", SHAPE, LEFT, 2)),
                List.of(States.piece("w", SHAPE, RIGHT, 2))));
    SafetensorsReader part = SafetensorsReader.open(two.folder().resolve("rank-00001.safetensors"));
    assertThat(part.floats("w@0,2")).isEqualTo(States.values("w", SHAPE, RIGHT, 2));
    assertThat(part.metadata())
        .containsEntry("w@0,2", "{\"tensor\":\"w\",\"shape\":[4,6],\"offset\":[0,2]}");
  }

  @Test
  void whatTheCallerSaysOfTheRunComesBack() {
    Map<String, String> metadata = Map.of("model", "sha256:ab", "samples", "20480", "ü", "\"\n");
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "run", 2)) {
      Path folder = writer.begin(20);
      assertThat(folder).isEqualTo(CheckpointWriter.folder(dir, "run", 20));
      ShardReport report = ShardWriter.write(folder, 3, List.of(States.piece("w", SHAPE, LEFT, 2)));
      assertThat(ShardReport.fromJson(report.toJson())).isEqualTo(report);
      ShardWriter.write(folder, 4, List.of(States.piece("w", SHAPE, RIGHT, 2)));
      writer.commit(folder, metadata);
    }
    List<String> notes = new ArrayList<>();
    Checkpoint checkpoint = Checkpoint.latest(dir, notes::add).orElseThrow();
    assertThat(notes).isEmpty();
    assertThat(checkpoint.step()).isEqualTo(20);
    assertThat(checkpoint.metadata()).isEqualTo(metadata);
    assertThat(names(checkpoint.folder()))
        .containsExactly("manifest.json", "rank-00003.safetensors", "rank-00004.safetensors");
    assertThatThrownBy(() -> ShardReport.fromJson("{\"file\":\"x\"}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSameStateGivesTheSameBytes() throws IOException {
    List<List<Piece>> pieces =
        List.of(
            List.of(States.piece("b", SHAPE, LEFT, 1), States.piece("a", SHAPE, LEFT, 1)),
            List.of(States.piece("a", SHAPE, RIGHT, 1), States.piece("b", SHAPE, RIGHT, 1)));
    Path one = write(1, pieces).folder();
    byte[] manifest = Files.readAllBytes(one.resolve("manifest.json"));
    byte[] shard = Files.readAllBytes(one.resolve("rank-00000.safetensors"));
    DurableFiles.delete(one);
    Path again = write(1, pieces).folder();
    assertThat(again.resolve("manifest.json")).hasBinaryContent(manifest);
    assertThat(again.resolve("rank-00000.safetensors")).hasBinaryContent(shard);
  }

  @Test
  void aReplicaMayBeWrittenTwiceButAPartMayNotBeMissing() {
    Box whole = Box.whole(SHAPE);
    Checkpoint twice =
        write(
            1,
            List.of(
                List.of(States.piece("w", SHAPE, LEFT, 1)),
                List.of(States.piece("w", SHAPE, whole, 1))));
    assertThat(twice.read("w", whole)).isEqualTo(States.values("w", SHAPE, whole, 1));
    assertThatThrownBy(() -> write(2, List.of(List.of(States.piece("w", SHAPE, LEFT, 2)))))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("no rank wrote [0:4, 2:6] of 'w' [4, 6]");
    assertThat(Checkpoint.latest(dir, note -> {}).orElseThrow().step()).isEqualTo(1);
  }

  @Test
  void ranksThatDisagreeAboutATensorAreABug() {
    List<Long> other = List.of(4L, 7L);
    assertThatThrownBy(() ->
            write(
                1,
                List.of(
                    List.of(States.piece("w", SHAPE, LEFT, 1)),
                    List.of(
                        States.piece("w", other, new Box(List.of(0L, 2L), List.of(4L, 5L)), 1)))))
        .isInstanceOf(CompilerBug.class)
        .hasMessageContaining("F32 [4, 6] and F32 [4, 7]");
  }

  @Test
  void whatACheckpointDoesNotHoldIsAFailure() {
    Checkpoint checkpoint =
        write(1, List.of(List.of(States.piece("w", SHAPE, Box.whole(SHAPE), 1))));
    assertThatThrownBy(() -> checkpoint.read("v", LEFT))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("has no tensor 'v'");
    assertThatThrownBy(() -> checkpoint.read("w", Box.whole(List.of(4L, 7L))))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("'w' of shape [4, 6] and no box [0:4, 0:7]");
  }

  private Checkpoint write(long step, List<List<Piece>> ofRanks) {
    try (CheckpointWriter writer = CheckpointWriter.open(dir, "run", 2)) {
      Path folder = writer.begin(step);
      for (int rank = 0; rank < ofRanks.size(); rank++) {
        ShardWriter.write(folder, rank, ofRanks.get(rank));
      }
      return writer.commit(folder, Map.of());
    }
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
