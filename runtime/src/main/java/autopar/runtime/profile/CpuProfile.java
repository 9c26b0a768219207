package autopar.runtime.profile;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.diagnostics.SourceFile;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.MatrixProduct;
import java.time.LocalDate;
import java.util.List;

/** Measures this machine and writes it down as a cluster file. */
public final class CpuProfile {

  /** Hears what is measured next. */
  @FunctionalInterface
  public interface Listener {
    void at(String what);
  }

  private CpuProfile() {}

  private static Cluster cluster(MeasuredCluster draft) {
    return ClusterReader.read(new SourceFile("draft.json", draft.text()));
  }

  /**
   * The text of a cluster file. Where several processes measure at once, what they share (caches,
   * memory, the clock of a core) is in the numbers as it is in a run.
   *
   * @param name of the cluster
   * @param backend the words for what multiplies and what carries collectives
   * @param collectives of worlds of two ranks and more, measured by {@link CollectiveSweep}
   * @param ranks devices of the cluster
   */
  public static String measure(
      String name,
      Machine machine,
      LocalDate date,
      String backend,
      MatrixProduct product,
      List<CollectiveTime> collectives,
      int ranks,
      Listener listener) {
    FloatKernels kernels = new FloatKernels(product);
    KernelSweep sweep = new KernelSweep(kernels);
    listener.at("matrix products");
    ProductSweep.Fit products = ProductSweep.measure(product);
    listener.at("memory-bound kernels");
    KernelSweep.Copies copies = sweep.sums();
    double vectorRate = sweep.vectorRate();
    listener.at("attention");
    double attention64 = sweep.attentionRate(64);
    double attention128 = sweep.attentionRate(128);
    listener.at("the optimizer step");
    double update = sweep.updateSeconds();
    MeasuredCluster measured =
        new MeasuredCluster(
            name,
            machine,
            date,
            backend,
            ranks,
            products,
            copies,
            vectorRate,
            attention64,
            attention128,
            update,
            LinkFit.of(collectives),
            0,
            1);
    listener.at("instructions");
    MeasuredCluster launched = measured.with(StepTime.ofInstruction(cluster(measured), kernels), 1);
    listener.at("a training step");
    double inStep = StepTime.partOfSpeed(cluster(launched), kernels);
    return launched.with(launched.launchSeconds(), inStep).text();
  }
}
