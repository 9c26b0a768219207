package autopar.runtime.profile;

import autopar.runtime.cuda.GpuModel;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Operations that one multiprocessor can do in a cycle, by compute capability. GeForce boards sum
 * 16-bit products in fp32 at half of it: their products reach half of the peak, as the fit of the
 * fraction then says.
 *
 * @param capability 80 for 8.0
 * @param half dense matrix operations of 16-bit elements with tensor cores
 * @param single fp32 operations without them
 * @param hasBf16 whether bf16 runs as fast as fp16
 * @param hasFp8 whether fp8 runs, at twice that speed
 */
record PeakRates(int capability, int half, int single, boolean hasBf16, boolean hasFp8) {

  /** Where the numbers come from. */
  static final String SOURCE =
      "operations a cycle by compute capability: tensor cores from NVIDIA's architecture"
          + " whitepapers (V100, TU102, A100, GA102, AD102, H100, Blackwell), fp32 from the table of"
          + " arithmetic instructions in the CUDA C++ Programming Guide";

  private static final List<PeakRates> TABLE =
      List.of(
          new PeakRates(70, 1024, 128, false, false),
          new PeakRates(75, 1024, 128, false, false),
          new PeakRates(80, 2048, 128, true, false),
          new PeakRates(86, 1024, 256, true, false),
          new PeakRates(89, 1024, 256, true, true),
          new PeakRates(90, 4096, 256, true, true),
          new PeakRates(100, 8192, 256, true, true),
          new PeakRates(120, 1024, 256, true, true));

  /** The rates of a GPU: those of its capability, or of the last one before it of its kind. */
  static Optional<PeakRates> of(GpuModel model) {
    return TABLE.stream()
        .filter(rates -> rates.capability <= model.capability())
        .filter(rates -> rates.capability / 10 == model.major())
        .max(Comparator.comparingInt(PeakRates::capability));
  }

  /** Operations per second of 16-bit matrix products. */
  double halfPerSecond(GpuModel model) {
    return half * model.clockHertz() * model.multiprocessors();
  }

  /** Operations per second in fp32. */
  double singlePerSecond(GpuModel model) {
    return single * model.clockHertz() * model.multiprocessors();
  }
}
