package autopar.runtime.profile;

import static autopar.runtime.profile.ClusterText.copied;
import static autopar.runtime.profile.ClusterText.derived;
import static autopar.runtime.profile.ClusterText.fitted;
import static autopar.runtime.profile.ClusterText.lines;
import static autopar.runtime.profile.ClusterText.measured;
import static autopar.runtime.profile.ClusterText.number;
import static autopar.runtime.profile.ClusterText.quoted;

import autopar.cluster.Interconnect;
import autopar.cluster.Provenance;
import autopar.cluster.Quantity;
import autopar.cluster.SoftwareProfiles;
import autopar.runtime.cuda.MemoryTimes;
import autopar.runtime.cuda.Stopwatch;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All that was measured of a host of GPUs, and the cluster file that says it.
 *
 * @param hosts so many such hosts, as the user says
 * @param products how the cost model meets the measured products
 * @param best operations per second of the fastest of them
 * @param links empty where collectives were not measured
 */
record GpuCluster(
    GpuHost host,
    int hosts,
    LocalDate date,
    KernelSweep.Copies copies,
    double launchSeconds,
    MemoryTimes.HostLink hostLink,
    double best,
    ProductFit products,
    Optional<LinkFit> links) {

  /** What a host leaves to the system. */
  private static final double OFFLOAD_PART = 0.9;

  /** The fastest slots of PCIe 5.0 carry less, one way. */
  private static final double MOST_OF_PCIE = 64e9;

  private static final double US = 1e-6;
  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;
  private static final double MIB = 1 << 20;

  private static final List<String> LINKS =
      List.of(
          "bandwidth_2",
          "bandwidth_4",
          "bandwidth",
          "fast_fraction",
          "fast_latency",
          "fast_hop",
          "bulk_latency",
          "bulk_hop",
          "send_bandwidth");

  private static final List<String> NETWORK =
      List.of(
          "nics",
          "nic_bandwidth",
          "efficiency",
          "fast_fraction",
          "fast_latency",
          "fast_hop",
          "bulk_latency",
          "bulk_hop");

  GpuCluster with(ProductFit fit) {
    return new GpuCluster(host, hosts, date, copies, launchSeconds, hostLink, best, fit, links);
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
      "interconnect": {
        "kind": %s,
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
            quoted(host.name()),
            quoted(host.count() + " x " + host.model().name() + " on a host, measured " + date),
            quoted(SoftwareProfiles.DEFAULT),
            hostCount(),
            number(host.count(), "count", Provenance.Kind.MEASURED, "GPUs of this host, " + date),
            device(),
            quoted(kind().text()),
            interconnect(),
            network(),
            hostMemory());
  }

  private String hostCount() {
    return hosts == 1
        ? number(1, "count", Provenance.Kind.MEASURED, "this host")
        : number(hosts, "count", Provenance.Kind.DERIVED, "hosts like this one, as --hosts says");
  }

  private String device() {
    List<String> all = new ArrayList<>();
    all.add("    \"model\": " + quoted(host.model().name()));
    all.add(
        measured(
            "multiprocessors",
            host.model().multiprocessors(),
            "count",
            "attribute of the device, " + date));
    double memory = Math.floor(host.model().memoryBytes() / MIB);
    all.add(measured("memory", memory, "MiB", "total of cudaMemGetInfo, " + date));
    all.add(inherited("device.context", "context"));
    all.add(inherited("device.communicator", "communicator"));
    all.add(inherited("device.fragmentation", "fragmentation"));
    all.addAll(peaks());
    String sweep =
        String.format(
            Locale.ROOT,
            "fit of the cost model to %d products of 512 to 16384 a side, %s, random operands:"
                + " median error %.1f %%, largest %.1f %%; ",
            host.shapes(),
            host.precision().text(),
            100 * products.medianError(),
            100 * products.maxError());
    String product = sweep + events("cublasLtMatmul");
    all.add(measured("gemm_fraction", products.fraction(), "fraction", product));
    all.add(measured("tile_overhead", products.tileSeconds() / US, "us", product));
    String copy = fitted("copies of 256 KiB to 1 GiB", copies.medianError());
    all.add(
        measured(
            "memory_bandwidth",
            copies.bytesPerSecond() / GIGA,
            "GB/s",
            copy + "bytes read and written; " + events("cudaMemcpyAsync")));
    all.add(
        measured(
            "memory_ramp",
            Math.max(0, copies.start() - launchSeconds) / US,
            "us",
            copy + "their start less launch; " + events("cudaMemcpyAsync")));
    all.add(
        measured(
            "launch",
            launchSeconds / US,
            "us",
            "from one kernel of 4 bytes to the next; " + events("cudaMemsetAsync")));
    all.add(inherited("device.attention_fraction_64", "attention_fraction_64"));
    all.add(inherited("device.attention_fraction_128", "attention_fraction_128"));
    return String.join(",\n", all);
  }

  /** Published where the device ships, else by its multiprocessors, else the fastest product. */
  private List<String> peaks() {
    if (host.sibling().isSame()) {
      List<String> known = new ArrayList<>();
      for (String key : List.of("peak_fp32", "peak_fp16", "peak_bf16", "peak_fp8")) {
        Quantity peak = host.sibling().cluster().numbers().get("device." + key);
        if (peak != null) {
          known.add(copied(key, peak));
        }
      }
      return known;
    }
    Optional<PeakRates> rates = PeakRates.of(host.model());
    String key = "peak_" + host.precision().text();
    if (rates.isEmpty()) {
      String text = "the fastest of " + host.shapes() + " products; " + events("cublasLtMatmul");
      return List.of(measured(key, best / TERA, "TFLOP/s", text));
    }
    return peaks(rates.get());
  }

  private List<String> peaks(PeakRates rates) {
    String how =
        host.model().multiprocessors()
            + " multiprocessors x "
            + Math.round(host.model().clockHertz() / 1e6)
            + " MHz x %d "
            + PeakRates.SOURCE;
    double half = rates.halfPerSecond(host.model()) / TERA;
    double single = rates.singlePerSecond(host.model()) / TERA;
    List<String> known = new ArrayList<>();
    known.add(derived("peak_fp32", single, "TFLOP/s", how.formatted(rates.single())));
    known.add(derived("peak_fp16", half, "TFLOP/s", how.formatted(rates.half())));
    if (rates.hasBf16()) {
      known.add(derived("peak_bf16", half, "TFLOP/s", how.formatted(rates.half())));
    }
    if (rates.hasFp8()) {
      known.add(derived("peak_fp8", 2 * half, "TFLOP/s", how.formatted(2 * rates.half())));
    }
    return known;
  }

  /** The sibling's kind, unless links are faster or slower than it can be. */
  private Interconnect.Kind kind() {
    Interconnect.Kind usual = host.sibling().cluster().kinds().getFirst().interconnect().kind();
    if (links.isEmpty()) {
      return usual;
    }
    boolean isFast = links.get().pair() > MOST_OF_PCIE;
    return switch (usual) {
      case PCIE -> isFast ? Interconnect.Kind.NVLINK_MESH : usual;
      case NVSWITCH -> isFast ? usual : Interconnect.Kind.PCIE;
      case NVLINK_MESH, SHARED_MEMORY -> usual;
    };
  }

  private String interconnect() {
    return links.map(this::measuredLinks).orElseGet(() -> inherited("interconnect.", LINKS));
  }

  private String measuredLinks(LinkFit fit) {
    String how =
        fitted("all-reduce, all-gather and reduce-scatter of 1 KiB to 256 MiB", fit.medianError())
            + "2 to "
            + host.count()
            + " GPUs; "
            + events("NCCL");
    return lines(
        measured("bandwidth_2", fit.pair() / GIGA, "GB/s", how),
        measured("bandwidth_4", fit.quad() / GIGA, "GB/s", how + ring(4)),
        measured("bandwidth", fit.full() / GIGA, "GB/s", how + ring(8)),
        measured("fast_fraction", fit.fastFraction(), "fraction", how),
        measured("fast_latency", fit.fastLatency() / US, "us", how),
        measured("fast_hop", fit.fastHop() / US, "us", how),
        measured("bulk_latency", fit.bulkLatency() / US, "us", how),
        measured("bulk_hop", fit.bulkHop() / US, "us", how),
        measured(
            "send_bandwidth",
            fit.sendBandwidth() / GIGA,
            "GB/s",
            "messages of 1 KiB to 256 MiB from the first GPU to the second; " + events("NCCL")));
  }

  private String ring(int ranks) {
    return host.count() < ranks ? "; of " + host.count() + " GPUs, as there are no more" : "";
  }

  private String network() {
    return inherited("network.", NETWORK);
  }

  private String hostMemory() {
    double bytes = Math.floor(host.machine().memoryBytes() * OFFLOAD_PART / MIB);
    String link =
        String.format(
            Locale.ROOT,
            "the slower of %.1f GB/s to and %.1f GB/s from the first GPU, 256 MiB, pinned; ",
            hostLink.toDevice() / GIGA,
            hostLink.toHost() / GIGA);
    return lines(
        derived("bytes", bytes, "MiB", "memory of this host less 10 % for the system"),
        measured(
            "link_bandwidth", hostLink.slower() / GIGA, "GB/s", link + events("cudaMemcpyAsync")),
        inherited("host_memory.update_bandwidth", "update_bandwidth"));
  }

  private String inherited(String section, List<String> keys) {
    List<String> all = new ArrayList<>();
    for (String key : keys) {
      if (host.sibling().cluster().numbers().containsKey(section + key)) {
        all.add(inherited(section + key, key));
      }
    }
    return String.join(",\n", all);
  }

  /** A number that was not measured, from the sibling. */
  private String inherited(String path, String key) {
    Quantity quantity = host.sibling().cluster().numbers().get(path);
    String text =
        "not measured; of cluster "
            + host.sibling().cluster().name()
            + ": "
            + quantity.provenance().text();
    return derived(key, quantity.value(), quantity.unit().text(), text);
  }

  private String events(String call) {
    return "medians of "
        + Stopwatch.REPEATS
        + " times of a full queue by CUDA events, "
        + call
        + ", "
        + date;
  }
}
