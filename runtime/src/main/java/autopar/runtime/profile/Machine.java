package autopar.runtime.profile;

import autopar.diagnostics.RunFailure;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The machine that is measured.
 *
 * @param loadAverage runnable processes of the last minute, negative where unknown
 */
public record Machine(
    String processor, int cores, long memoryBytes, String system, String java, double loadAverage) {

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /** This machine, now. */
  public static Machine here() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        model(),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        system.getName() + " " + system.getVersion(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        system.getSystemLoadAverage());
  }

  private static String model() {
    if (!Files.isReadable(PROCESSORS)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      throw new RunFailure("cannot read " + PROCESSORS + ": " + e.getMessage(), e);
    }
  }

  /** The machine in words. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%d cores of %s, %.0f GiB, %s, %s",
        cores,
        processor,
        memoryBytes / (double) (1L << 30),
        system,
        java);
  }
}
