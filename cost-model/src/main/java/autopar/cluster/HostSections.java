package autopar.cluster;

import static autopar.cluster.Unit.Dimension.BYTES;
import static autopar.cluster.Unit.Dimension.BYTES_PER_SECOND;
import static autopar.cluster.Unit.Dimension.FLOPS_PER_SECOND;
import static autopar.cluster.Unit.Dimension.NUMBER;
import static autopar.cluster.Unit.Dimension.SECONDS;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the sections of a cluster file that describe one kind of host. */
final class HostSections {
  /** A stand-in for an impossible zero, which is reported. */
  private static final double LEAST_SPEED = 1e-3;

  private HostSections() {}

  /** The kind of host that {@code s} describes. */
  static HostKind kind(Section s) {
    return new HostKind(
        device(s.section("device")),
        interconnect(s.section("interconnect")),
        network(s.section("network")),
        hostMemory(s.section("host_memory")),
        s.has("cores") ? Optional.of(cores(s.section("cores"))) : Optional.empty());
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
            Math.max(LEAST_SPEED, s.positive("in_step", NUMBER)),
            s.has("crowded") ? Math.max(LEAST_SPEED, s.fraction("crowded")) : 1);
    s.close();
    return cores;
  }
}
