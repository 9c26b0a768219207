package autopar.runtime.profile;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.cluster.HostCores;
import autopar.diagnostics.SourceFile;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.MatrixProduct;
import autopar.runtime.rank.Transport;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
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

  /** Of tensor-parallel models, whose ranks meet several times a layer: enough of them. */
  private static final long TENSOR_LAYERS = 2;

  private static final long TENSOR_SAMPLES = 4;

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

  /**
   * From the seconds that steps take over their prices, at most 1. Pipelines, data and tensor
   * parallelism count alike.
   */
  static double partOfSpeed(
      Cluster draft, FloatKernels kernels, Transport transport, long[] widths, int warmUp) {
    int ranks = transport.ranks();
    Map<String, List<Map<String, Long>>> models = new LinkedHashMap<>();
    List<Map<String, Long>> deep =
        Arrays.stream(widths).mapToObj(h -> StepTime.dims(2L * ranks, ranks, h)).toList();
    models.put("tensor=1,stages=" + ranks + ",data=1", deep);
    models.put("tensor=1,stages=1,data=" + ranks, deep);
    models.put(
        "tensor=" + ranks + ",stages=1,data=1",
        List.of(StepTime.dims(TENSOR_SAMPLES, TENSOR_LAYERS, StepTime.HEAD * ranks)));
    List<List<Double>> longer = new ArrayList<>();
    for (Map.Entry<String, List<Map<String, Long>>> shape : models.entrySet()) {
      List<Double> own = new ArrayList<>();
      String layout = shape.getKey() + ",zero=0,micro_batch=1,recompute=none";
      for (Map<String, Long> dims : shape.getValue()) {
        StepTime.Run run = new StepTime.Run(draft, kernels, dims, layout, transport);
        own.add(seconds(run, transport, warmUp) / run.predicted());
      }
      longer.add(own);
    }
    HostCores cores = draft.cores().orElseThrow();
    return Math.max(StepTime.LEAST, cores.crowdedBy(ranks, alike(longer)));
  }

  /** The mean over all shapes of the means of each. */
  static double alike(List<List<Double>> shapes) {
    return shapes.stream().mapToDouble(CrowdedSteps::mean).average().orElseThrow();
  }

  private static double mean(List<Double> of) {
    return of.stream().mapToDouble(x -> x).average().orElseThrow();
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
