package autopar.cluster;

import autopar.ir.type.Precision;
import java.util.Objects;

/**
 * One accelerator. Rates are per second, sizes in bytes, times in seconds; a peak of zero means
 * that the device has no such arithmetic.
 *
 * @param memoryBytes what a process can allocate, before its context
 * @param contextBytes the CUDA context and its libraries
 * @param communicatorBytes buffers of one communicator
 * @param fragmentation part of the dynamic memory that the allocator cannot use
 * @param gemmFraction part of the peak that a large product reaches
 * @param tileSeconds prologue and epilogue of one output tile
 * @param memoryBytesPerSecond what a large copy reaches, not the data sheet
 * @param memoryRampSeconds time after which a memory-bound kernel runs at full bandwidth
 * @param launchSeconds gap between two kernels of a full queue
 * @param attention64 part of the peak that fused attention reaches at head dim 64
 * @param attention128 the same at head dim 128
 */
public record Device(
    String model,
    int multiprocessors,
    long memoryBytes,
    long contextBytes,
    long communicatorBytes,
    double fragmentation,
    double peakFp32,
    double peakFp16,
    double peakBf16,
    double peakFp8,
    double gemmFraction,
    double tileSeconds,
    double memoryBytesPerSecond,
    double memoryRampSeconds,
    double launchSeconds,
    double attention64,
    double attention128) {

  public Device {
    Objects.requireNonNull(model);
  }

  /** Peak operations per second of matrix products, or zero when the device cannot. */
  public double peak(Precision precision) {
    return switch (precision) {
      case FP32 -> peakFp32;
      case FP16 -> peakFp16;
      case BF16 -> peakBf16;
      case FP8 -> peakFp8;
    };
  }

  /** The default precision: bf16, or fp16 on devices without bf16, or fp32 without either. */
  public Precision bestPrecision() {
    if (peakBf16 > 0) {
      return Precision.BF16;
    }
    return peakFp16 > 0 ? Precision.FP16 : Precision.FP32;
  }

  /** The same device, its arithmetic and its memory {@code factor} times as fast. */
  public Device fasterBy(double factor) {
    return new Device(
        model,
        multiprocessors,
        memoryBytes,
        contextBytes,
        communicatorBytes,
        fragmentation,
        peakFp32 * factor,
        peakFp16 * factor,
        peakBf16 * factor,
        peakFp8 * factor,
        gemmFraction,
        tileSeconds / factor,
        memoryBytesPerSecond * factor,
        memoryRampSeconds,
        launchSeconds,
        attention64,
        attention128);
  }

  /** The same device with another amount of memory. */
  public Device withMemory(long bytes) {
    return new Device(
        model,
        multiprocessors,
        bytes,
        contextBytes,
        communicatorBytes,
        fragmentation,
        peakFp32,
        peakFp16,
        peakBf16,
        peakFp8,
        gemmFraction,
        tileSeconds,
        memoryBytesPerSecond,
        memoryRampSeconds,
        launchSeconds,
        attention64,
        attention128);
  }

  /** The same device with other numbers for its matrix products. */
  public Device withProducts(double fraction, double overheadSeconds) {
    return new Device(
        model,
        multiprocessors,
        memoryBytes,
        contextBytes,
        communicatorBytes,
        fragmentation,
        peakFp32,
        peakFp16,
        peakBf16,
        peakFp8,
        fraction,
        overheadSeconds,
        memoryBytesPerSecond,
        memoryRampSeconds,
        launchSeconds,
        attention64,
        attention128);
  }
}
