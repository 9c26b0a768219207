package autopar.cost.compute;

import autopar.cluster.Device;
import autopar.cluster.HostCores;
import autopar.ir.op.Work;
import autopar.ir.type.Precision;

/**
 * Seconds of products on one core of a CPU.
 *
 * <p>A product [m, k] x [k, n] takes {@code start + 2 m n k / rate + bytes / bandwidth}: a library
 * copies blocks of both operands into panels and reads and writes the result once per panel, which
 * is traffic of {@code m k + k n + 2 m n} elements (Goto and van de Geijn, Anatomy of
 * High-Performance Matrix Multiplication, 2008). Attention works through blocks of {@link
 * #BLOCK_ROWS} queries of one head: its operations are products of the head dim d and exponentials
 * that do not depend on it, so seconds per operation are {@code a + b / d}, with a and b from the
 * fractions of the peak at d = 64 and d = 128.
 */
final class CoreTimes {
  /** Queries of one block of attention, as the executor cuts them; keys beyond are left out. */
  private static final double BLOCK_ROWS = 192;

  private final HostCores cores;
  private final double elementBytes;
  private final double perOperation;
  private final double perScore;

  CoreTimes(HostCores cores, Device device, Precision precision) {
    this.cores = cores;
    this.elementBytes = precision.bytes();
    double at64 = 1 / (device.peak(precision) * device.attention64());
    double at128 = 1 / (device.peak(precision) * device.attention128());
    this.perScore = Math.clamp(128 * (at64 - at128), 0, 64 * at64);
    this.perOperation = at64 - perScore / 64;
  }

  double products(double batch, long m, long n, long k) {
    double elements = (double) m * k + (double) k * n + 2.0 * m * n;
    return batch * product(m, n, k, elements * elementBytes);
  }

  double product(long m, long n, long k, double bytes) {
    return cores.productSeconds()
        + 2.0 * m * n * k / cores.productFlopsPerSecond()
        + bytes / cores.productBytesPerSecond();
  }

  double attention(Work.FusedAttention work) {
    double block = Math.min(work.query(), BLOCK_ROWS);
    double kept = work.causal() ? Math.min(1, 0.5 + 0.5 * block / work.key()) : 1;
    double scores = (double) work.batch() * work.heads() * work.query() * work.key() * kept;
    double passes = work.backward() ? 10 : 4;
    return passes * scores * (work.headDim() * perOperation + perScore);
  }
}
