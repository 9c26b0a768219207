package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFilesTest {
  @TempDir private Path temp;

  private Path write(byte... bytes) throws IOException {
    return Files.write(temp.resolve("m.ir"), bytes);
  }

  private static void rejects(Path file, String code) {
    assertThatThrownBy(() -> SourceFiles.read(file, "m.ir"))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            e -> {
              assertThat(e.diagnostics()).hasSize(1);
              assertThat(e.diagnostics().getFirst().code()).isEqualTo(code);
              assertThat(e.diagnostics().getFirst().span().file().name()).isEqualTo("m.ir");
            });
  }

  @Test
  void readsUtf8AndForgivesAByteOrderMark() throws IOException {
    Path file = write("\uFEFFmodel größe".getBytes(StandardCharsets.UTF_8));
    assertThat(SourceFiles.read(file, "m.ir").text()).isEqualTo("model größe");
  }

  @Test
  void rejectsWhatIsNoText() throws IOException {
    rejects(temp, "AP0601");
    rejects(write((byte) 'm', (byte) 0, (byte) 'x'), "AP0603");
    rejects(write((byte) 'm', (byte) 0xFF, (byte) 0xFE), "AP0604");
    Path huge = temp.resolve("huge.ir");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(1L << 33);
    }
    rejects(huge, "AP0602");
  }

  @Test
  void aMissingFileIsAFailureOfTheWorld() {
    assertThatThrownBy(() -> SourceFiles.read(temp.resolve("none.ir"), "none.ir"))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("none.ir");
  }
}
