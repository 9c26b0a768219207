package autopar.runtime.profile;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.cluster.HostCores;
import autopar.diagnostics.SourceFile;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.MatrixProduct;
import autopar.runtime.rank.Transport;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Steps of small models on more ranks than cores, for what the price of a rank that has a core of
 * its own cannot tell: ranks that take turns on a core find their caches emptied, and a rank that
 * waits for another wakes late. Neither is processor time of one rank, so the clock on the wall is
 * asked; the quiet quarter of the steps counts.
 */
public final class CrowdedSteps {
  /** Steps that count. */
  static final int COUNTED = 12;

  /** Steps before them, in which every rank compiles its code. */
  private static final int WARM_UP = 18;

  private static final long[] WIDTHS = {256, 384};

  private CrowdedSteps() {}

  /**
   * The cluster file {@code text}, which this world's ranks are devices of, with the part of their
   * speed that cores keep when these ranks want them. Every rank of the world calls this.
   *
   * @param text of a file that {@link CpuProfile} has written
   */
  public static String measured(
      String text, MatrixProduct product, Transport transport, LocalDate date) {
    Cluster draft = ClusterReader.read(new SourceFile("draft.json", text));
    double part = partOfSpeed(draft, new FloatKernels(product), transport, WIDTHS, WARM_UP);
    return MeasuredCluster.crowded(text, part, transport.ranks(), date);
  }

  /** From the seconds that steps take over their prices, at most 1. */
  static double partOfSpeed(
      Cluster draft, FloatKernels kernels, Transport transport, long[] widths, int warmUp) {
    int ranks = transport.ranks();
    double predicted = 0;
    double seconds = 0;
    for (long hidden : widths) {
      Map<String, Long> dims = StepTime.dims(2L * ranks, ranks, hidden);
      for (String shape : List.of("stages=" + ranks + ",data=1", "stages=1,data=" + ranks)) {
        String layout = "tensor=1," + shape + ",zero=0,micro_batch=1,recompute=none";
        StepTime.Run run = new StepTime.Run(draft, kernels, dims, layout, transport);
        predicted += run.predicted();
        seconds += seconds(run, transport, warmUp);
      }
    }
    HostCores cores = draft.cores().orElseThrow();
    return Math.max(StepTime.LEAST, cores.crowdedBy(ranks, seconds / predicted));
  }

  private static double seconds(StepTime.Run run, Transport transport, int warmUp) {
    double[] seconds = new double[COUNTED];
    for (int i = -warmUp; i < COUNTED; i++) {
      transport.barrier();
      long start = System.nanoTime();
      run.step();
      transport.barrier();
      if (i >= 0) {
        seconds[i] = (System.nanoTime() - start) * 1e-9;
      }
    }
    Arrays.sort(seconds);
    return seconds[COUNTED / 4];
  }
}
