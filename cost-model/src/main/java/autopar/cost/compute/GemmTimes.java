package autopar.cost.compute;

import autopar.cluster.Device;
import autopar.ir.type.Precision;

/**
 * Seconds of matrix products by shape.
 *
 * <p>A product is cut into output tiles; each multiprocessor computes one tile at a time at its
 * share of the reachable peak, plus a prologue and epilogue per tile; the last wave of tiles may
 * leave multiprocessors idle (NVIDIA, "Matrix Multiplication Background User's Guide": tile and
 * wave quantization). The library picks the best of several tiles, and splits a deep product with
 * few tiles along its depth. Operands whose rows do not start at 16-byte boundaries run at {@link
 * #UNALIGNED} of the speed (SwiGLU d_ff 10922 against 10944, ml-engineering). The smaller of
 * arithmetic and memory traffic overlaps with the larger but for {@link #UNHIDDEN} of it.
 */
final class GemmTimes {
  /** Rows, columns and relative efficiency (operand reuse per byte of shared memory) of tiles. */
  private static final int[] TILE_M = {256, 128, 192, 128, 128, 128, 64, 64};

  private static final int[] TILE_N = {128, 256, 128, 192, 128, 64, 128, 64};
  private static final double[] TILE_EFFICIENCY = {1, 1, 0.98, 0.98, 0.92, 0.8, 0.8, 0.62};

  /** Part of the idle rest of the last wave that neighbouring waves and kernels fill. */
  private static final double WAVE_FILL = 0.3;

  /** Depth below which splitting a product along it does not pay. */
  private static final double SPLIT_DEPTH = 512;

  /** Bytes of one partial sum of a split product. */
  private static final double SUM_BYTES = 4;

  /** Part of the smaller of arithmetic and traffic that stays visible. */
  private static final double UNHIDDEN = 0.35;

  /** Speed of products whose depth is not a multiple of 16 bytes. */
  private static final double UNALIGNED = 0.45;

  /** Speed of products whose row or column count is not a multiple of 16 bytes. */
  private static final double UNALIGNED_RESULT = 0.85;

  /**
   * Speed of products with a side that is no multiple of 128 bytes, the unit of shared memory tiles
   * and cache lines (BigScience: hidden 14400 against 13824 on 8 ranks).
   */
  private static final double RAGGED = 0.78;

  private final double opsPerProcessor;
  private final double tileSeconds;
  private final double bytesPerSecond;
  private final double elementBytes;
  private final int processors;
  private final int alignment;

  GemmTimes(Device device, double efficiency, Precision precision) {
    this.processors = device.multiprocessors();
    this.opsPerProcessor =
        device.peak(precision) * device.gemmFraction() * efficiency / device.multiprocessors();
    this.tileSeconds = device.tileSeconds();
    this.bytesPerSecond = device.memoryBytesPerSecond();
    this.elementBytes = precision.bytes();
    this.alignment = 16 / precision.bytes();
  }

  /** Seconds of {@code batch} products [m, k] x [k, n], without launch. */
  double seconds(double batch, long m, long n, long k) {
    double traffic = batch * ((double) m * k + (double) k * n + (double) m * n) * elementBytes;
    return seconds(batch, m, n, k, traffic);
  }

  /** The same with the given bytes of traffic, as for a convolution. */
  double seconds(double batch, long m, long n, long k, double trafficBytes) {
    double best = Double.POSITIVE_INFINITY;
    for (int tile = 0; tile < TILE_M.length; tile++) {
      best = Math.min(best, tiled(tile, batch, m, n, k));
    }
    double arithmetic = best / alignmentSpeed(m, n, k);
    double memory = trafficBytes / bytesPerSecond;
    return Math.max(arithmetic, memory) + UNHIDDEN * Math.min(arithmetic, memory);
  }

  private double tiled(int tile, double batch, long m, long n, long k) {
    double tiles = batch * ceilDiv(m, TILE_M[tile]) * ceilDiv(n, TILE_N[tile]);
    double whole = waved(tile, tiles, k);
    double splits = Math.min(Math.floor(processors / tiles), k / SPLIT_DEPTH);
    if (splits < 2) {
      return whole;
    }
    double parts = Math.min(processors, tiles * k / SPLIT_DEPTH) + tiles;
    double summed = parts * TILE_M[tile] * TILE_N[tile] * SUM_BYTES / bytesPerSecond;
    return Math.min(whole, waved(tile, tiles * splits, k / splits) + summed);
  }

  /** Seconds of so many tiles of one depth on all multiprocessors. */
  private double waved(int tile, double tiles, double depth) {
    double waves = tiles / processors;
    double quantized = WAVE_FILL * Math.max(1, waves) + (1 - WAVE_FILL) * Math.ceil(waves);
    double operations = 2.0 * TILE_M[tile] * TILE_N[tile] * depth;
    return quantized * (operations / (opsPerProcessor * TILE_EFFICIENCY[tile]) + tileSeconds);
  }

  private double alignmentSpeed(long m, long n, long k) {
    if (k % alignment != 0) {
      return UNALIGNED;
    }
    if (m % alignment != 0 || n % alignment != 0) {
      return UNALIGNED_RESULT;
    }
    int line = 8 * alignment;
    return m % line == 0 && n % line == 0 && k % line == 0 ? 1 : RAGGED;
  }

  private static double ceilDiv(long size, int tile) {
    return (size + tile - 1) / tile;
  }
}
