package autopar.runtime.profile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** GPUs of this machine, which are not measured. */
public final class Accelerators {
  /** What the driver of NVIDIA GPUs makes, on the host and in containers. */
  private static final Path[] TRACES = {
    Path.of("/dev/nvidiactl"), Path.of("/proc/driver/nvidia/version"), Path.of("/dev/dxg")
  };

  private Accelerators() {}

  /** The first trace of a GPU driver, if there is one. */
  public static Optional<Path> trace() {
    return Stream.of(TRACES).filter(Files::exists).findFirst();
  }
}
