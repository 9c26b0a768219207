package autopar.cluster;

import static autopar.cluster.Unit.Dimension.BYTES;
import static autopar.cluster.Unit.Dimension.BYTES_PER_SECOND;
import static autopar.cluster.Unit.Dimension.FLOPS_PER_SECOND;
import static autopar.cluster.Unit.Dimension.SECONDS;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads cluster files; the form is {@code cluster.schema.json}. */
public final class ClusterReader {
  /** A stand-in for an impossible zero, which is reported. */
  private static final double LEAST_IN_STEP = 1e-3;

  private ClusterReader() {}

  /**
   * The cluster that {@code file} describes, at its full size.
   *
   * @throws InvalidInput with every error of the file: AP0701 not JSON, AP0702 unknown key, AP0703
   *     missing key, AP0704 wrong type, AP0705 impossible number, AP0706 wrong unit, AP0707 no
   *     provenance, AP0708 unknown word
   */
  public static Cluster read(SourceFile file) {
    PlacedJson root = PlacedJson.read(file);
    if (!(root instanceof PlacedJson.Fields fields)) {
      throw new InvalidInput(
          Diagnostic.error(
              "AP0704", root.span(), "a cluster file is an object, not " + root.noun()));
    }
    Diagnostics diagnostics = new Diagnostics();
    SortedMap<String, Quantity> numbers = new TreeMap<>();
    Section top = new Section("", fields, diagnostics, numbers);
    String name = top.text("name");
    String about = top.text("about");
    String software = software(top);
    int hosts = top.count("hosts");
    int devicesPerHost = top.count("devices_per_host");
    Device device = device(top.section("device"));
    Interconnect interconnect = interconnect(top.section("interconnect"));
    Network network = network(top.section("network"));
    HostMemory memory = hostMemory(top.section("host_memory"));
    Optional<HostCores> cores =
        top.has("cores") ? Optional.of(cores(top.section("cores"))) : Optional.empty();
    top.close();
    diagnostics.throwIfErrors();
    return new Cluster(
        name,
        about,
        software,
        Math.multiplyExact(hosts, devicesPerHost),
        devicesPerHost,
        device,
        interconnect,
        network,
        memory,
        cores,
        numbers);
  }

  private static String software(Section top) {
    String software = top.text("software");
    if (!software.isEmpty() && SoftwareProfiles.find(software).isEmpty()) {
      top.error(
          "AP0708",
          top.spanOf("software"),
          "no software profile '" + software + "'; known: " + SoftwareProfiles.names());
    }
    return software;
  }

  private static Device device(Section s) {
    Device device =
        new Device(
            s.text("model"),
            s.count("multiprocessors"),
            (long) s.positive("memory", BYTES),
            (long) s.number("context", BYTES),
            (long) s.number("communicator", BYTES),
            s.fraction("fragmentation"),
            s.numberOr("peak_fp32", FLOPS_PER_SECOND, 0),
            s.numberOr("peak_fp16", FLOPS_PER_SECOND, 0),
            s.numberOr("peak_bf16", FLOPS_PER_SECOND, 0),
            s.numberOr("peak_fp8", FLOPS_PER_SECOND, 0),
            s.fraction("gemm_fraction"),
            s.number("tile_overhead", SECONDS),
            s.positive("memory_bandwidth", BYTES_PER_SECOND),
            s.number("memory_ramp", SECONDS),
            s.number("launch", SECONDS),
            s.fraction("attention_fraction_64"),
            s.fraction("attention_fraction_128"));
    s.close();
    return device;
  }

  private static Interconnect interconnect(Section s) {
    String word = s.text("kind");
    Interconnect.Kind kind =
        Arrays.stream(Interconnect.Kind.values())
            .filter(k -> k.text().equals(word))
            .findFirst()
            .orElse(null);
    if (kind == null && !word.isEmpty()) {
      s.error(
          "AP0708",
          s.spanOf("kind"),
          "'"
              + word
              + "' is no kind of interconnect; one of "
              + Arrays.stream(Interconnect.Kind.values())
                  .map(Interconnect.Kind::text)
                  .collect(Collectors.joining(", ")));
    }
    double bandwidth = s.positive("bandwidth", BYTES_PER_SECOND);
    Interconnect interconnect =
        new Interconnect(
            kind == null ? Interconnect.Kind.NVSWITCH : kind,
            s.numberOr("bandwidth_2", BYTES_PER_SECOND, bandwidth),
            s.numberOr("bandwidth_4", BYTES_PER_SECOND, bandwidth),
            bandwidth,
            s.fraction("fast_fraction"),
            s.number("fast_latency", SECONDS),
            s.number("fast_hop", SECONDS),
            s.number("bulk_latency", SECONDS),
            s.number("bulk_hop", SECONDS),
            s.positive("send_bandwidth", BYTES_PER_SECOND));
    s.close();
    return interconnect;
  }

  private static Network network(Section s) {
    Network network =
        new Network(
            s.count("nics"),
            s.positive("nic_bandwidth", BYTES_PER_SECOND),
            s.fraction("efficiency"),
            s.fraction("fast_fraction"),
            s.number("fast_latency", SECONDS),
            s.number("fast_hop", SECONDS),
            s.number("bulk_latency", SECONDS),
            s.number("bulk_hop", SECONDS));
    s.close();
    return network;
  }

  private static HostMemory hostMemory(Section s) {
    HostMemory memory =
        new HostMemory(
            (long) s.number("bytes", BYTES),
            s.positive("link_bandwidth", BYTES_PER_SECOND),
            s.positive("update_bandwidth", BYTES_PER_SECOND));
    s.close();
    return memory;
  }

  private static HostCores cores(Section s) {
    HostCores cores =
        new HostCores(
            s.count("count"),
            s.number("product_start", SECONDS),
            s.positive("product_rate", FLOPS_PER_SECOND),
            s.positive("product_bandwidth", BYTES_PER_SECOND),
            s.positive("vector_rate", FLOPS_PER_SECOND),
            s.positive("update_bandwidth", BYTES_PER_SECOND),
            Math.max(LEAST_IN_STEP, s.fraction("in_step")));
    s.close();
    return cores;
  }
}
