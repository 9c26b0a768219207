package autopar.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import autopar.diagnostics.RunFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drive is written and read, and left as it was. */
final class DriveSpeedTest {
  private static final long BYTES = 64L << 20;

  @TempDir private Path folder;

  @Test
  void aDriveHasSpeedsAndKeepsNothing() {
    DriveSpeed speed;
    try {
      speed = DriveSpeed.measure(folder, BYTES);
    } catch (RunFailure noDirectAccess) {
      abort("the folder of temporary files: " + noDirectAccess.getMessage());
      return;
    }
    assertThat(speed.bytes()).isEqualTo(BYTES);
    assertThat(speed.writeRate()).isBetween(1e6, 1e12);
    assertThat(speed.readRate()).isBetween(1e6, 1e12);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatIsNotThereIsSaid() {
    assertThatThrownBy(() -> DriveSpeed.measure(folder.resolve("absent"), BYTES))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("cannot measure the drive of");
  }
}
