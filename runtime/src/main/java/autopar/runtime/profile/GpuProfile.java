package autopar.runtime.profile;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.cluster.SoftwareProfiles;
import autopar.cost.CostModel;
import autopar.diagnostics.SourceFile;
import autopar.ir.op.Work;
import autopar.ir.type.Precision;
import autopar.runtime.cuda.CopyTime;
import autopar.runtime.cuda.Gpus;
import autopar.runtime.cuda.GroupTime;
import autopar.runtime.cuda.GroupTimes;
import autopar.runtime.cuda.MemoryTimes;
import autopar.runtime.cuda.ProductTime;
import autopar.runtime.cuda.Products;
import autopar.runtime.cuda.Shape;
import autopar.runtime.profile.CpuProfile.Listener;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Measures the GPUs of this host and writes them down as a cluster file, then compares the products
 * of known models with what the file predicts.
 */
public final class GpuProfile {
  /** The first compute capability with bf16. */
  private static final int BF16_SINCE = 80;

  private final Gpus gpus;
  private final List<Cluster> shipped;
  private final Listener listener;

  /**
   * What came out.
   *
   * @param text the cluster file
   * @param sibling name of the shipped cluster that what was not measured is from
   * @param bestRate operations per second of the fastest product
   */
  public record Result(String text, String sibling, double bestRate, List<LayerComparison> layers) {
    public Result {
      layers = List.copyOf(layers);
    }
  }

  /**
   * The matrix products of a layer, forward and backward.
   *
   * @param layer model and tensor parallelism
   * @param predicted seconds by the cluster file, as isolated kernels
   * @param measured seconds
   */
  public record LayerComparison(
      String layer, int microBatch, int products, double predicted, double measured) {}

  /**
   * @param shipped clusters that what cannot be measured is taken from
   */
  public GpuProfile(Gpus gpus, List<Cluster> shipped, Listener listener) {
    this.gpus = gpus;
    this.shipped = List.copyOf(shipped);
    this.listener = listener;
  }

  /**
   * Measures.
   *
   * @param name of the cluster
   * @param hosts so many hosts like this one
   */
  public Result measure(String name, Machine machine, LocalDate date, int hosts) {
    boolean bf16 = gpus.model().capability() >= BF16_SINCE;
    Precision precision = bf16 ? Precision.BF16 : Precision.FP16;
    listener.at("matrix products");
    // First, since they warm the GPU up: its clocks are then those of a long run.
    try (Products products = new Products(gpus, largest(), bf16)) {
      List<ProductTime> times = times(products, ProductFit.sweep());
      MemoryTimes memory = new MemoryTimes(gpus);
      listener.at("launches");
      double launch = memory.launchSeconds();
      listener.at("copies in the memory of a GPU");
      KernelSweep.Copies copies = copies(memory.copies());
      listener.at("the link to the host");
      MemoryTimes.HostLink hostLink = memory.hostLink();
      Sibling sibling = Sibling.of(gpus.model(), copies.bytesPerSecond(), shipped);
      GpuHost host =
          new GpuHost(name, machine, gpus.model(), gpus.count(), sibling, precision, times.size());
      double best = times.stream().mapToDouble(ProductTime::rate).max().orElseThrow();
      ProductFit ideal = new ProductFit(1, 0, 0, 0);
      GpuCluster draft =
          new GpuCluster(host, hosts, date, copies, launch, hostLink, best, ideal, links());
      ProductFit fit = ProductFit.of(times, read(draft.text()).kinds().getFirst(), precision);
      String text = draft.with(fit).text();
      return new Result(
          text, sibling.cluster().name(), best, compared(products, read(text), precision));
    }
  }

  private static Shape largest() {
    return ProductFit.sweep().stream()
        .max(Comparator.comparingDouble(Shape::operations))
        .orElseThrow();
  }

  private static Cluster read(String text) {
    return ClusterReader.read(new SourceFile("profile.json", text));
  }

  private static KernelSweep.Copies copies(List<CopyTime> times) {
    NonNegativeFit fit = new NonNegativeFit(2);
    times.forEach(t -> fit.add(t.seconds(), 1, 2.0 * t.bytes()));
    double[] x = fit.solve();
    return new KernelSweep.Copies(1 / x[1], x[0], fit.medianError(x));
  }

  /** Nothing of a single GPU, and where NCCL is not installed. */
  private Optional<LinkFit> links() {
    if (gpus.count() < 2 || !gpus.haveCollectives()) {
      return Optional.empty();
    }
    GroupTimes groups = new GroupTimes(gpus);
    List<CollectiveTime> times = new ArrayList<>();
    for (int ranks : groups.sizes()) {
      listener.at("collectives of " + ranks + " GPUs");
      groups.times(ranks).forEach(t -> times.add(collective(t)));
    }
    return Optional.of(ProtocolFit.of(times));
  }

  private static CollectiveTime collective(GroupTime t) {
    CollectiveTime.Kind kind =
        switch (t.operation()) {
          case ALL_REDUCE -> CollectiveTime.Kind.ALL_REDUCE;
          case ALL_GATHER -> CollectiveTime.Kind.ALL_GATHER;
          case REDUCE_SCATTER -> CollectiveTime.Kind.REDUCE_SCATTER;
          case SEND -> CollectiveTime.Kind.SEND;
        };
    return new CollectiveTime(kind, CollectiveTime.Way.RING, t.ranks(), t.bytes(), t.seconds());
  }

  private static List<ProductTime> times(Products products, List<Shape> shapes) {
    return shapes.stream().filter(products::fits).map(products::time).toList();
  }

  private List<LayerComparison> compared(Products products, Cluster cluster, Precision precision) {
    listener.at("the matrix products of known layers");
    CostModel prices = new CostModel(cluster, SoftwareProfiles.isolated(), precision);
    List<LayerComparison> compared = new ArrayList<>();
    for (LayerProducts layer : LayerProducts.known()) {
      for (int microBatch : LayerProducts.MICRO_BATCHES) {
        List<Shape> shapes = layer.shapes(microBatch);
        if (shapes.stream().allMatch(products::fits)) {
          double predicted = shapes.stream().mapToDouble(s -> price(prices, s)).sum();
          double measured =
              times(products, shapes).stream().mapToDouble(ProductTime::seconds).sum();
          compared.add(
              new LayerComparison(layer.model(), microBatch, shapes.size(), predicted, measured));
        }
      }
    }
    return compared;
  }

  private static double price(CostModel prices, Shape shape) {
    return prices.kernelSeconds(new Work.Gemm(1, shape.rows(), shape.columns(), shape.depth()));
  }
}
