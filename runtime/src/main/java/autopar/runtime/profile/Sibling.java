package autopar.runtime.profile;

import autopar.cluster.Cluster;
import autopar.cluster.Device;
import autopar.diagnostics.RunFailure;
import autopar.runtime.cuda.GpuModel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The shipped cluster that is most like a GPU: what one host cannot measure is taken from it.
 *
 * @param isSame whether its devices are that GPU
 */
record Sibling(Cluster cluster, boolean isSame) {
  /** Makers, and the name of a line of products, tell nothing of the GPU. */
  private static final Set<String> NOISE = Set.of("NVIDIA", "TESLA");

  /** Memory that two reports of one GPU may differ by. */
  private static final double MEMORY_MARGIN = 0.05;

  /**
   * The one of the same chip, then with most words of the name in common, then nearest in
   * multiprocessors, memory and bandwidth.
   *
   * @param shipped those with hosts of several kinds or of CPU ranks are passed over
   */
  static Sibling of(GpuModel model, double bytesPerSecond, List<Cluster> shipped) {
    Set<String> words = words(model.name());
    Cluster nearest =
        shipped.stream()
            .filter(cluster -> cluster.kinds().size() == 1 && cluster.cores().isEmpty())
            .min(
                Comparator.comparing((Cluster c) -> !chip(c).equals(words.iterator().next()))
                    .thenComparing(c -> -inCommon(words, words(c.device().model())))
                    .thenComparing(c -> distance(model, bytesPerSecond, c.device())))
            .orElseThrow(() -> new RunFailure("no cluster of GPUs ships with this installation"));
    Device device = nearest.device();
    boolean same =
        chip(nearest).equals(words.iterator().next())
            && device.multiprocessors() == model.multiprocessors()
            && Math.abs(ratio(device.memoryBytes(), model.memoryBytes())) < MEMORY_MARGIN;
    return new Sibling(nearest, same);
  }

  private static String chip(Cluster cluster) {
    return words(cluster.device().model()).iterator().next();
  }

  /** {@code A100, SXM4, 80GB}, the chip first. */
  private static Set<String> words(String name) {
    Set<String> words =
        new LinkedHashSet<>(Arrays.asList(name.toUpperCase(Locale.ROOT).split("[^A-Z0-9]+")));
    words.removeAll(NOISE);
    if (words.isEmpty()) {
      words.add(name);
    }
    return words;
  }

  private static long inCommon(Set<String> some, Set<String> others) {
    return some.stream().filter(others::contains).count();
  }

  private static double distance(GpuModel model, double bytesPerSecond, Device device) {
    return Math.abs(ratio(model.multiprocessors(), device.multiprocessors()))
        + Math.abs(ratio(model.memoryBytes(), device.memoryBytes()))
        + Math.abs(ratio(bytesPerSecond, device.memoryBytesPerSecond()));
  }

  private static double ratio(double x, double y) {
    return Math.log(x / y);
  }
}
