package autopar.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a checkpoint on the disk is seen before a value of it is used. */
final class CheckpointDamageTest {

  private static final List<Long> SHAPE = List.of(2L, 3L);

  @TempDir Path dir;
  private Path folder;

  @BeforeEach
  void twoRanksWriteAStepBeforeAndTheStep() {
    for (long step : List.of(4L, 5L)) {
      try (CheckpointWriter writer = CheckpointWriter.open(dir, "run", 2)) {
        Path unfinished = writer.begin(step);
        for (int rank = 0; rank < 2; rank++) {
          Box row = new Box(List.of((long) rank, 0L), List.of(1L, 3L));
          ShardWriter.write(unfinished, rank, List.of(States.piece("w", SHAPE, row, step)));
        }
        folder = writer.commit(unfinished, Map.of("samples", "80")).folder();
      }
    }
  }

  @Test
  void everyChangeOfOneByteIsSeen() throws IOException {
    for (Path file : CheckpointFolders.entries(folder)) {
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < bytes.length; i++) {
        for (int mask : new int[] {1, 0x20, 0xFF}) {
          overwrite(file, i, bytes[i] ^ mask);
          assertThatThrownBy(this::readAll)
              .as("byte %d of %s ^ %x", i, file.getFileName(), mask)
              .isInstanceOf(RunFailure.class)
              .hasMessageContaining("checksum does not fit");
        }
        overwrite(file, i, bytes[i]);
      }
      readAll();
    }
  }

  private static void overwrite(Path file, int position, int value) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {(byte) value}), position);
    }
  }

  @Test
  void aFileThatIsCutShortOrGoneMakesTheOneBeforeTheLatest() throws IOException {
    for (Path file : CheckpointFolders.entries(folder)) {
      byte[] bytes = Files.readAllBytes(file);
      for (int length = 0; length < bytes.length; length += 1 + length / 7) {
        Files.write(file, Arrays.copyOf(bytes, length));
        assertSkipped(file.getFileName().toString());
      }
      Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
      assertSkipped(file.getFileName().toString());
      Files.delete(file);
      assertSkipped("it has no " + file.getFileName());
      Files.write(file, bytes);
      readAll();
    }
  }

  @Test
  void aFolderUnderTheNameOfAnotherStepIsSkipped() throws IOException {
    Files.move(folder, dir.resolve("step-00000006"));
    List<String> notes = new ArrayList<>();
    assertThat(Checkpoint.latest(dir, notes::add).orElseThrow().step()).isEqualTo(4);
    assertThat(notes).singleElement().asString().contains("step-00000006: it is of step 5");
  }

  @Test
  void oneShardUnderTheNameOfAnotherIsSeen() throws IOException {
    Path first = folder.resolve("rank-00000.safetensors");
    Files.copy(folder.resolve("rank-00001.safetensors"), dir.resolve("copy"));
    Files.delete(first);
    Files.move(dir.resolve("copy"), first);
    assertThatThrownBy(this::readAll).isInstanceOf(RunFailure.class);
  }

  @Test
  void aManifestThatContradictsItselfIsRefused() throws IOException {
    assertManifestRefused(
        "\"rank-00001.safetensors\"",
        "\"../rank-00001.safetensors\"",
        "is no file of a checkpoint");
    assertManifestRefused(
        "\"version\" : 1", "\"version\" : 2", "'autopar-checkpoint' of version 2");
    assertManifestRefused("\"autopar-checkpoint\"", "\"other\"", "it is 'other'");
    assertManifestRefused("[ 1, 3 ]", "[ 1, 2 ]", "no rank wrote");
    assertManifestRefused("[ 1, 0 ]", "[ 2, 0 ]", "has no piece");
    assertManifestRefused("\"step\"", "\"stop\"", "it is no manifest");
    assertManifestRefused("{", "", "it is no manifest");
  }

  @Test
  void aManifestThatContradictsTheFilesIsRefused() throws IOException {
    Path file = folder.resolve("manifest.json");
    String text = Files.readString(file);
    Files.writeString(file, sealedAgain(text.replaceFirst("w@1,0", "w@0,1")));
    assertThatThrownBy(this::readAll)
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("rank-00001.safetensors has no 'w@0,1' as the manifest says");
    assertThatThrownBy(() -> Checkpoint.open(folder).verify()).isInstanceOf(RunFailure.class);
  }

  private void assertManifestRefused(String what, String by, String message) throws IOException {
    Path file = folder.resolve("manifest.json");
    String text = Files.readString(file);
    assertThat(text).contains(what);
    Files.writeString(file, sealedAgain(text.replace(what, by)));
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining(message);
    Files.writeString(file, text);
    readAll();
  }

  /** {@code text} with the checksum that fits it. */
  private static String sealedAgain(String text) {
    String body = text.substring(0, text.lastIndexOf(",\n"));
    CRC32C checksum = new CRC32C();
    checksum.update(body.getBytes(StandardCharsets.UTF_8));
    return body + ",\n  \"crc32c\" : \"%08x\"\n}\n".formatted(checksum.getValue());
  }

  private void assertSkipped(String note) {
    List<String> notes = new ArrayList<>();
    assertThat(Checkpoint.latest(dir, notes::add).orElseThrow().step()).isEqualTo(4);
    assertThat(notes).singleElement().asString().contains("step-00000005", note);
  }

  /** Reads everything; what comes is right, whatever happened to the files. */
  private void readAll() {
    Checkpoint checkpoint = Checkpoint.open(folder);
    assertThat(checkpoint.step()).isEqualTo(5);
    assertThat(checkpoint.metadata()).containsExactly(Map.entry("samples", "80"));
    Box whole = Box.whole(SHAPE);
    assertThat(checkpoint.read("w", whole)).isEqualTo(States.values("w", SHAPE, whole, 5));
    checkpoint.verify();
  }
}
