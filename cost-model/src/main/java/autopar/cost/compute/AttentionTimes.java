package autopar.cost.compute;

import autopar.cluster.Device;
import autopar.ir.op.Work;
import autopar.ir.type.Precision;

/**
 * Seconds of fused attention.
 *
 * <p>Operations are 4 b n q k d forward and 2.5 times that backward (FlashAttention-2,
 * arXiv:2307.08691), about half of them under a causal mask, on head dims padded to 32. Efficiency
 * grows with the head dim, from the device's figure at 64 to that at 128, and falls for sequences
 * that give few blocks per multiprocessor or short inner loops.
 */
final class AttentionTimes {
  /** Keys at which half of the inner loop's speed is reached. */
  private static final double HALF_SPEED_KEYS = 128;

  private static final int BLOCK_ROWS = 128;
  private static final int HEAD_STEP = 32;

  private final double peak;
  private final double at64;
  private final double at128;
  private final double bytesPerSecond;
  private final double elementBytes;
  private final int processors;

  AttentionTimes(Device device, double efficiency, Precision precision) {
    this.peak = device.peak(precision) * efficiency;
    this.at64 = device.attention64();
    this.at128 = device.attention128();
    this.bytesPerSecond = device.memoryBytesPerSecond();
    this.elementBytes = precision.bytes();
    this.processors = device.multiprocessors();
  }

  double seconds(Work.FusedAttention work) {
    double heads = (double) work.batch() * work.heads();
    double padded = (work.headDim() + HEAD_STEP - 1) / HEAD_STEP * (double) HEAD_STEP;
    double scores = heads * work.query() * work.key();
    double kept = work.causal() ? 0.5 + 0.5 * Math.min(1, BLOCK_ROWS / (double) work.key()) : 1;
    double passes = work.backward() ? 10 : 4;
    double speed = peak * dimEfficiency(padded) * work.key() / (work.key() + HALF_SPEED_KEYS);
    double blocks = heads * Math.ceil(work.query() / (double) BLOCK_ROWS);
    double filled = Math.min(1, blocks / processors);
    double arithmetic = passes * scores * padded * kept / (speed * filled);
    double tensors = work.backward() ? 8 : 4;
    double rows = heads * Math.max(work.query(), work.key());
    double memory = tensors * rows * work.headDim() * elementBytes / bytesPerSecond;
    return Math.max(arithmetic, memory);
  }

  private double dimEfficiency(double headDim) {
    if (headDim <= 64) {
      return at64 * headDim / 64;
    }
    return headDim >= 128 ? at128 : at64 + (at128 - at64) * (headDim - 64) / 64;
  }
}
