package autopar.runtime.cuda;

import java.util.Arrays;
import java.util.List;

/**
 * Seconds of work on the streams of some GPUs, by CUDA events.
 *
 * <p>Work is first done once, untimed, so that kernels are loaded. Then it is queued again and
 * again behind other work that takes longer than the host needs to queue it, so that GPUs never
 * wait for the host; one more untimed piece of it comes just before, after which GPUs that work
 * together begin at the same time. The result is the median of {@link #REPEATS} means over a full
 * queue.
 */
public final class Stopwatch {
  /** How often each mean is taken. */
  public static final int REPEATS = 9;

  /** Seconds that a mean covers, unless that takes too many pieces. */
  private static final double COVERED = 2e-3;

  private static final int FEWEST = 3;
  private static final int MOST = 100;

  /** Seconds of other work before it, and how many times what the host needs. */
  private static final double OCCUPIED = 2e-3;

  private static final double HOST_MARGIN = 2;

  private final List<Gpu> gpus;

  /** What the host needed for each piece that it queued last. */
  private double queueSeconds;

  Stopwatch(List<Gpu> gpus) {
    this.gpus = List.copyOf(gpus);
  }

  /** Seconds of what {@code piece} queues. */
  double seconds(Runnable piece) {
    piece.run();
    gpus.forEach(Gpu::await);
    double once = mean(piece, 1, OCCUPIED);
    int pieces = (int) Math.clamp(Math.ceil(COVERED / once), FEWEST, MOST);
    double occupied = OCCUPIED + HOST_MARGIN * queueSeconds * pieces;
    double[] means = new double[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      means[i] = mean(piece, pieces, occupied);
    }
    Arrays.sort(means);
    return means[REPEATS / 2];
  }

  private double mean(Runnable piece, int pieces, double occupied) {
    gpus.forEach(gpu -> gpu.occupy(occupied));
    piece.run();
    gpus.forEach(Gpu::mark);
    long before = System.nanoTime();
    for (int i = 0; i < pieces; i++) {
      piece.run();
    }
    queueSeconds = (System.nanoTime() - before) / 1e9 / pieces;
    gpus.forEach(Gpu::markEnd);
    return gpus.stream().mapToDouble(Gpu::marked).max().orElseThrow() / pieces;
  }
}
