package autopar.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.cluster.Clusters;
import autopar.cluster.Device;
import autopar.cluster.Interconnect;
import autopar.cluster.Provenance;
import autopar.cluster.Quantity;
import autopar.diagnostics.SourceFile;
import autopar.runtime.cuda.CudaStandIn;
import autopar.runtime.cuda.Gpus;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stand-in for CUDA with known speeds: measuring it gives these speeds back, uses the libraries
 * as they must be used, and leaves nothing behind.
 */
final class GpuProfileTest {
  private static final Path HOME = Path.of(System.getProperty("autopar.home"));
  private static final Machine MACHINE =
      new Machine("a core", 64, 1L << 40, "Linux 6", "a JVM", 0.5);
  private static final LocalDate DATE = LocalDate.of(2026, 2, 3);
  private static final Percentage CLOSE = Percentage.withPercentage(3);

  @TempDir private Path folder;

  private final List<String> heard = new ArrayList<>();

  private static List<Cluster> shipped() {
    return Clusters.names(HOME).stream().map(name -> Clusters.named(HOME, name)).toList();
  }

  private GpuProfile.Result measure(CudaStandIn standIn, int hosts) {
    try (Gpus gpus = Gpus.open(standIn.path())) {
      return new GpuProfile(gpus, shipped(), heard::add).measure("here", MACHINE, DATE, hosts);
    } finally {
      assertThat(standIn.complaint()).isEmpty();
      assertThat(standIn.live()).isZero();
    }
  }

  private static Cluster read(GpuProfile.Result result) {
    return ClusterReader.read(new SourceFile("here.json", result.text()));
  }

  private static Quantity number(Cluster cluster, String path) {
    return cluster.numbers().get(path);
  }

  @Test
  void knownHardwareIsFoundAgain() throws Exception {
    CudaStandIn standIn = CudaStandIn.compile(folder, "DEVICES=8");
    GpuProfile.Result result = measure(standIn, 4);
    Cluster cluster = read(result);

    assertThat(cluster.name()).isEqualTo("here");
    assertThat(cluster.devices()).isEqualTo(32);
    Device device = cluster.device();
    assertThat(device.model()).isEqualTo("NVIDIA A100-SXM4-80GB");
    assertThat(device.multiprocessors()).isEqualTo(108);
    assertThat(device.memoryBytes()).isCloseTo(84_987_740_160L, within(1L << 20));
    assertThat(device.peakBf16()).isEqualTo(312e12);
    assertThat(device.gemmFraction()).isCloseTo(0.8, CLOSE);
    assertThat(device.tileSeconds()).isCloseTo(1.8e-6, Percentage.withPercentage(10));
    assertThat(device.memoryBytesPerSecond()).isCloseTo(1.6e12, CLOSE);
    assertThat(device.launchSeconds()).isCloseTo(1.7e-6, CLOSE);
    assertThat(device.memoryRampSeconds()).isCloseTo(1.2e-6, Percentage.withPercentage(10));
    assertThat(cluster.kinds().getFirst().memory().linkBytesPerSecond()).isCloseTo(22e9, CLOSE);

    Interconnect links = cluster.kinds().getFirst().interconnect();
    assertThat(links.kind()).isEqualTo(Interconnect.Kind.NVSWITCH);
    assertThat(links.pairBytesPerSecond()).isCloseTo(200e9, CLOSE);
    assertThat(links.quadBytesPerSecond()).isCloseTo(220e9, CLOSE);
    assertThat(links.bytesPerSecond()).isCloseTo(230e9, CLOSE);
    assertThat(links.sendBytesPerSecond()).isCloseTo(240e9, CLOSE);
    assertThat(links.fastFraction()).isCloseTo(0.5, Percentage.withPercentage(5));
    assertThat(links.fastLatency()).isCloseTo(15e-6, Percentage.withPercentage(5));
    assertThat(links.fastHop()).isCloseTo(2e-6, Percentage.withPercentage(5));
    assertThat(links.bulkLatency()).isCloseTo(50e-6, Percentage.withPercentage(15));
    assertThat(links.bulkHop()).isCloseTo(6e-6, Percentage.withPercentage(15));

    // OPT-66B, GPT-3 and LLaMA-7B at two micro-batches.
    assertThat(result.layers()).hasSize(6);
    assertThat(result.layers())
        .allSatisfy(layer -> assertThat(layer.predicted()).isCloseTo(layer.measured(), CLOSE));
    assertThat(heard).contains("collectives of 8 GPUs", "matrix products");
  }

  @Test
  void everyNumberSaysWhereItComesFrom() throws Exception {
    Cluster cluster = read(measure(CudaStandIn.compile(folder), 1));
    assertThat(number(cluster, "device.gemm_fraction").provenance().text())
        .contains("fit", "median error", "largest", "bf16", "medians of 9", "2026-02-03");
    assertThat(number(cluster, "device.peak_bf16").provenance().kind())
        .isEqualTo(Provenance.Kind.PUBLISHED);
    for (String path :
        List.of("device.attention_fraction_128", "network.nics", "interconnect.bandwidth")) {
      Provenance provenance = number(cluster, path).provenance();
      assertThat(provenance.kind()).isEqualTo(Provenance.Kind.DERIVED);
      assertThat(provenance.text()).startsWith("not measured; of cluster a100-80g: ");
    }
    assertThat(number(cluster, "devices_per_host").provenance().kind())
        .isEqualTo(Provenance.Kind.MEASURED);
  }

  @Test
  void withoutNcclTheLinksAreThoseOfTheNearestCluster() throws Exception {
    CudaStandIn standIn = CudaStandIn.compile(folder, "DEVICES=2").without("libnccl.so.2");
    Cluster cluster = read(measure(standIn, 1));
    assertThat(cluster.devices()).isEqualTo(2);
    assertThat(number(cluster, "interconnect.bandwidth").provenance().text())
        .startsWith("not measured");
  }

  @Test
  void anOldGpuMultipliesInFp16() throws Exception {
    CudaStandIn standIn =
        CudaStandIn.compile(
            folder,
            "GPU_NAME=\"Tesla T4\"",
            "SMS=40",
            "MAJOR=7",
            "MINOR=5",
            "CLOCK_KHZ=1590000",
            "PEAK=65.1e12",
            "MEMORY=15.8e9");
    Cluster cluster = read(measure(standIn, 1));
    assertThat(cluster.device().peakFp16()).isCloseTo(65.1e12, CLOSE);
    assertThat(cluster.device().peakBf16()).isZero();
    assertThat(cluster.device().gemmFraction()).isCloseTo(0.8, CLOSE);
    assertThat(number(cluster, "device.peak_fp16").provenance().text())
        .contains("40 multiprocessors x 1590 MHz x 1024");
  }

  @Test
  void aGpuThatNobodyKnowsHasThePeakOfItsFastestProduct() throws Exception {
    CudaStandIn standIn =
        CudaStandIn.compile(folder, "GPU_NAME=\"NVIDIA X1\"", "MAJOR=19", "SMS=200", "PEAK=3e15");
    Cluster cluster = read(measure(standIn, 1));
    assertThat(cluster.device().peakBf16()).isBetween(0.85 * 0.8 * 3e15, 0.8 * 3e15 * 1.02);
    assertThat(cluster.device().gemmFraction()).isGreaterThan(0.97);
    assertThat(number(cluster, "device.peak_bf16").provenance().kind())
        .isEqualTo(Provenance.Kind.MEASURED);
  }
}
