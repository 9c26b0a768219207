package autopar.runtime.profile;

import static autopar.runtime.profile.ClusterText.derived;
import static autopar.runtime.profile.ClusterText.fitted;
import static autopar.runtime.profile.ClusterText.lines;
import static autopar.runtime.profile.ClusterText.measured;
import static autopar.runtime.profile.ClusterText.number;
import static autopar.runtime.profile.ClusterText.quoted;

import autopar.cluster.Provenance;
import autopar.cluster.SoftwareProfiles;
import java.time.LocalDate;

/** All that was measured of a machine, and the cluster file that says it. */
record MeasuredCluster(
    String name,
    Machine machine,
    LocalDate date,
    String backend,
    int ranks,
    ProductSweep.Fit products,
    KernelSweep.Copies copies,
    double vectorRate,
    double attention64,
    double attention128,
    double updateSeconds,
    LinkFit links,
    double launchSeconds,
    double inStep) {

  /** What a run leaves to heaps: the rest is the system's. */
  private static final double HEAP_PART = 0.7;

  /** Bytes that AdamW moves for an fp32 parameter: gradient, weight, and two states both ways. */
  private static final double UPDATE_BYTES = 28;

  private static final String NOT_CROWDED =
      derived("crowded", 1, "fraction", "not measured: no more ranks than cores, or one process");

  private static final double US = 1e-6;
  private static final double GIGA = 1e9;
  private static final double MIB = 1 << 20;

  MeasuredCluster with(double launch, double stepPart) {
    return new MeasuredCluster(
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
        updateSeconds,
        links,
        launch,
        stepPart);
  }

  /** A cluster file of this form with a number for cores that more ranks want than there are. */
  static String crowded(String text, double part, int ranks, LocalDate date) {
    String how =
        "of two ranks a core; lower quartile of "
            + CrowdedSteps.COUNTED
            + " wall times over price of steps of GPTs of "
            + ranks
            + " layers x 256 and 384 as a pipeline and data parallel, and of 2 layers x "
            + StepTime.HEAD * ranks
            + " tensor parallel, on "
            + ranks
            + " ranks, "
            + date;
    return text.replace(NOT_CROWDED, measured("crowded", part, "fraction", how));
  }

  /** The cluster file. */
  String text() {
    return """
    {
      "name": %s,
      "about": %s,
      "software": %s,
      "hosts": %s,
      "devices_per_host": %s,
      "device": {
    %s
      },
      "cores": {
    %s
      },
      "interconnect": {
        "kind": "shared-memory",
    %s
      },
      "network": {
    %s
      },
      "host_memory": {
    %s
      }
    }
    """
        .formatted(
            quoted(name),
            quoted("CPU ranks of autopar run on " + machine.text() + ", measured " + date),
            quoted(SoftwareProfiles.CPU_RANKS),
            number(1, "count", Provenance.Kind.MEASURED, "this machine"),
            number(ranks, "count", Provenance.Kind.DERIVED, "the largest world that was measured"),
            device(),
            cores(),
            interconnect(),
            network(),
            hostMemory());
  }

  private String device() {
    double memory = Math.floor(machine.memoryBytes() * HEAP_PART / ranks / MIB);
    String attention =
        "causal attention of 128 keys, forward and backward, head dim %d, over peak_fp32; "
            + kernel(KernelSweep.REPEATS);
    return lines(
        "    \"model\": " + quoted("rank on " + machine.processor()),
        derived("multiprocessors", 1, "count", "a rank computes on one thread"),
        derived("memory", memory, "MiB", "0.7 of the machine's memory over " + ranks + " ranks"),
        derived("context", 128, "MiB", "classes, compiled code and libraries of a JVM"),
        derived("communicator", 8, "MiB", "shared memory that Open MPI maps for a rank"),
        derived("fragmentation", 0.1, "fraction", "part of a heap that a collector keeps free"),
        measured(
            "peak_fp32",
            products.best() / GIGA,
            "GFLOP/s",
            "the fastest of " + products.shapes() + " products; " + kernel(ProductSweep.REPEATS)),
        derived("gemm_fraction", 1, "fraction", "the peak is measured"),
        derived("tile_overhead", 0, "us", "in cores.product_start"),
        measured(
            "memory_bandwidth",
            copies.bytesPerSecond() / GIGA,
            "GB/s",
            fitted("sums of two tensors of 4 KiB to 4 MiB", copies.medianError())
                + kernel(KernelSweep.REPEATS)),
        measured(
            "memory_ramp",
            copies.start() / US,
            "us",
            fitted("sums of two tensors of 4 KiB to 4 MiB", copies.medianError())
                + kernel(KernelSweep.REPEATS)),
        measured(
            "launch",
            launchSeconds / US,
            "us",
            "step of a model of a few elements over its kernels; " + kernel(StepTime.REPEATS)),
        measured(
            "attention_fraction_64",
            Math.min(1, attention64 / products.best()),
            "fraction",
            attention.formatted(64)),
        measured(
            "attention_fraction_128",
            Math.min(1, attention128 / products.best()),
            "fraction",
            attention.formatted(128)));
  }

  private String cores() {
    String fit =
        fitted(products.shapes() + " products, 16 to 2048 a side", products.medianError())
            + kernel(ProductSweep.REPEATS);
    return lines(
        measured("count", machine.cores(), "count", "cores that this machine gives a process"),
        measured("product_start", products.start() / US, "us", fit),
        measured("product_rate", 1 / products.secondsPerFlop() / GIGA, "GFLOP/s", fit),
        measured("product_bandwidth", 1 / products.secondsPerByte() / GIGA, "GB/s", fit),
        measured(
            "vector_rate",
            vectorRate / GIGA,
            "GFLOP/s",
            "GELU, layer norm and their gradients; " + kernel(KernelSweep.REPEATS)),
        measured(
            "update_bandwidth",
            UPDATE_BYTES / updateSeconds / GIGA,
            "GB/s",
            "AdamW over a million parameters, 28 bytes each; " + kernel(KernelSweep.REPEATS)),
        measured(
            "in_step",
            inStep,
            "fraction",
            "price over processor time of steps of GPTs of "
                + StepTime.LAYERS
                + " layers x 256, 384 and 512; "
                + kernel(StepTime.REPEATS)),
        NOT_CROWDED);
  }

  private String interconnect() {
    String how =
        fitted("all-reduce, all-gather and reduce-scatter of 1 KiB to 16 MiB", links.medianError())
            + collective();
    return lines(
        measured("bandwidth_2", links.pair() / GIGA, "GB/s", how),
        measured("bandwidth_4", links.quad() / GIGA, "GB/s", how),
        measured("bandwidth", links.full() / GIGA, "GB/s", how),
        measured("fast_fraction", links.fastFraction(), "fraction", how),
        measured("fast_latency", links.fastLatency() / US, "us", how),
        measured("fast_hop", links.fastHop() / US, "us", how),
        measured("bulk_latency", links.bulkLatency() / US, "us", how),
        measured("bulk_hop", links.bulkHop() / US, "us", how),
        measured(
            "send_bandwidth",
            links.sendBandwidth() / GIGA,
            "GB/s",
            "messages between neighbours, both sides together; " + collective()));
  }

  private String network() {
    String unused = "one host: this number is in no price";
    return lines(
        derived("nics", 1, "count", unused),
        derived("nic_bandwidth", 1, "GB/s", unused),
        derived("efficiency", 1, "fraction", unused),
        derived("fast_fraction", 1, "fraction", unused),
        derived("fast_latency", 100, "us", unused),
        derived("fast_hop", 100, "us", unused),
        derived("bulk_latency", 100, "us", unused),
        derived("bulk_hop", 100, "us", unused));
  }

  private String hostMemory() {
    String same = "devices live in the host's memory";
    return lines(
        derived("bytes", Math.floor(machine.memoryBytes() / MIB), "MiB", same),
        derived("link_bandwidth", copies.bytesPerSecond() / GIGA, "GB/s", same),
        derived("update_bandwidth", UPDATE_BYTES / updateSeconds / GIGA, "GB/s", same));
  }

  private String kernel(int repeats) {
    return "median of " + repeats + " processor times of one rank, " + backend + ", " + date;
  }

  private String collective() {
    return "medians of "
        + CollectiveSweep.REPEATS
        + " processor times a rank, 2 to "
        + ranks
        + " ranks, "
        + backend
        + ", "
        + date;
  }
}
