package autopar.cost.compute;

import autopar.cluster.Device;
import autopar.cluster.HostCores;
import autopar.cluster.HostKind;
import autopar.cluster.SoftwareProfile;
import autopar.ir.op.Work;
import autopar.ir.type.Precision;
import autopar.training.Optimizer;
import java.util.Optional;

/** Seconds of kernels on one device under one software profile and precision. */
public final class KernelTimes {
  /** Vector operations a second, as a part of the matrix peak of 16-bit types. */
  private static final double VECTOR_PART = 1.0 / 16;

  private final GemmTimes gemm;
  private final AttentionTimes attention;
  private final Optional<CoreTimes> core;
  private final double bytesPerSecond;
  private final double rampSeconds;
  private final double launchSeconds;
  private final double dispatchSeconds;
  private final double streamTraffic;
  private final double elementBytes;
  private final double vectorOperations;
  private final double updateTraffic;
  private final double updateBytesPerSecond;
  private final double inStep;
  private final boolean mixed;

  public KernelTimes(HostKind host, SoftwareProfile software, Precision precision) {
    Device device = host.device();
    if (!(device.peak(precision) > 0)) {
      throw new IllegalArgumentException(device.model() + " has no " + precision.text());
    }
    this.gemm = new GemmTimes(device, software.gemmEfficiency(), precision);
    this.attention = new AttentionTimes(device, software.attentionEfficiency(), precision);
    this.core = host.cores().map(cores -> new CoreTimes(cores, device, precision));
    this.bytesPerSecond = device.memoryBytesPerSecond();
    this.rampSeconds = device.memoryRampSeconds();
    this.launchSeconds = device.launchSeconds();
    this.dispatchSeconds = software.dispatchSeconds();
    this.streamTraffic = software.streamTraffic();
    this.elementBytes = precision.bytes();
    this.vectorOperations =
        host.cores()
            .map(HostCores::vectorFlopsPerSecond)
            .orElse(Math.max(device.peakFp32(), device.peakFp16() * VECTOR_PART));
    this.updateTraffic = software.updateTraffic();
    this.updateBytesPerSecond =
        host.cores().map(HostCores::updateBytesPerSecond).orElse(bytesPerSecond);
    this.inStep = host.cores().map(HostCores::inStep).orElse(1.0);
    this.mixed = precision.bytes() < 4;
  }

  /**
   * Seconds of one kernel from its sizes on this device: never less than the host needs to issue
   * it, more with every element and operation.
   */
  public double seconds(Work work) {
    return switch (work) {
      case Work.None none -> 0;
      case Work.Gemm g -> launched(products(g.batch(), g.m(), g.n(), g.k()));
      case Work.Convolution c -> {
        double bytes = (c.readElements() + c.writeElements()) * elementBytes;
        yield launched(
            core.isPresent()
                ? core.get().product(c.m(), c.n(), c.k(), bytes)
                : gemm.seconds(1, c.m(), c.n(), c.k(), bytes));
      }
      case Work.FusedAttention a ->
          launched(core.isPresent() ? core.get().attention(a) : attention.seconds(a));
      case Work.Stream s -> {
        double bytes = (s.readElements() + s.writeElements()) * elementBytes + s.otherBytes();
        double memory = bytes * streamTraffic / bytesPerSecond + rampSeconds;
        yield launched(Math.max(memory, s.flops() / vectorOperations));
      }
    };
  }

  private double products(long batch, long m, long n, long k) {
    return core.isPresent() ? core.get().products(batch, m, n, k) : gemm.seconds(batch, m, n, k);
  }

  /**
   * Seconds of the update of {@code parameters} on one device: bound by the bytes of gradient,
   * states and weight, each read and written once times the profile's factor.
   */
  public double updateSeconds(double parameters, Optimizer optimizer) {
    return parameters * updateBytes(optimizer) * updateTraffic / updateBytesPerSecond / inStep
        + (parameters > 0 ? launchSeconds : 0);
  }

  /**
   * Seconds in which the gradients of one micro-batch are added to those before: on cores a kernel
   * of its own that reads two tensors and writes one, elsewhere part of the product that makes
   * them.
   */
  public double accumulateSeconds(double parameters) {
    return core.isPresent() ? 3 * elementBytes * parameters / bytesPerSecond / inStep : 0;
  }

  private double updateBytes(Optimizer optimizer) {
    double gradientAndWeight = 2 * elementBytes;
    double master = mixed ? 8 : 4;
    return switch (optimizer) {
      case ADAMW -> gradientAndWeight + master + 16;
      case SGD -> gradientAndWeight + master + 8;
      case ADAFACTOR -> 2 * gradientAndWeight + master + 8;
    };
  }

  private double launched(double seconds) {
    return Math.max(seconds / inStep + launchSeconds, dispatchSeconds);
  }
}
