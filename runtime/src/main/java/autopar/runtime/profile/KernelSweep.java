package autopar.runtime.profile;

import autopar.ir.op.Attention;
import autopar.ir.op.AttentionGrad;
import autopar.ir.op.AttentionMask;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.LayerNormGrad;
import autopar.ir.op.Op;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryGrad;
import autopar.ir.op.UnaryKind;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.Placement;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.FloatTensor;
import autopar.runtime.rank.OptimizerStep;
import autopar.training.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Kernels other than single products, on operands that take {@link Turns}. */
final class KernelSweep {
  static final int REPEATS = 15;

  private static final double EPS = 1e-5;
  private static final int[] ROWS = {16, 64, 256, 1024, 4096};
  private static final int COLUMNS = 256;

  /** Operations per element that prices count: GELU, a norm. */
  private static final double GELU_OPERATIONS = UnaryKind.GELU_TANH.operations();

  private static final double NORM_OPERATIONS = 8;

  private static final int HEADS = 4;
  private static final int KEYS = 128;
  private static final int SAMPLES = 4;
  private static final int PARAMETERS = 1 << 20;

  private final FloatKernels kernels;

  KernelSweep(FloatKernels kernels) {
    this.kernels = kernels;
  }

  /** Bytes per second and start of sums of two tensors, from thousands to millions of elements. */
  record Copies(double bytesPerSecond, double start, double medianError) {}

  Copies sums() {
    NonNegativeFit fit = new NonNegativeFit(2);
    for (int rows : ROWS) {
      double seconds =
          seconds(
              new Binary(BinaryKind.ADD),
              () -> List.of(filled(rows, COLUMNS), filled(rows, COLUMNS)),
              rows,
              COLUMNS);
      fit.add(seconds, 1, 3.0 * Float.BYTES * rows * COLUMNS);
    }
    double[] x = fit.solve();
    return new Copies(1 / x[1], x[0], fit.medianError(x));
  }

  /** Operations per second of GELU, layer norm and their gradients together. */
  double vectorRate() {
    double operations = 0;
    double seconds = 0;
    for (int rows : new int[] {256, 1024}) {
      Supplier<FloatTensor> x = () -> filled(rows, COLUMNS);
      FloatTensor gain = filled(COLUMNS);
      double elements = (double) rows * COLUMNS;
      operations += elements * 2 * (GELU_OPERATIONS + NORM_OPERATIONS);
      seconds += seconds(new Unary(UnaryKind.GELU_TANH), () -> List.of(x.get()), rows, COLUMNS);
      seconds +=
          seconds(
              new UnaryGrad(UnaryKind.GELU_TANH), () -> List.of(x.get(), x.get()), rows, COLUMNS);
      seconds += seconds(new LayerNorm(EPS), () -> List.of(x.get(), gain, gain), rows, COLUMNS);
      seconds +=
          seconds(new LayerNormGrad(EPS), () -> List.of(x.get(), gain, x.get()), rows, COLUMNS);
    }
    return operations / seconds;
  }

  /** Operations per second of causal attention of 128 keys, forward and backward. */
  double attentionRate(int head) {
    Supplier<FloatTensor> x = () -> filled(SAMPLES, KEYS, HEADS, head);
    Supplier<FloatTensor> logSums = () -> filled(SAMPLES, HEADS, KEYS);
    AttentionMask mask = new AttentionMask.Causal();
    double scale = 1 / Math.sqrt(head);
    double seconds =
        seconds(
            new Attention(mask, scale, 0),
            () -> List.of(x.get(), x.get(), x.get()),
            () -> List.of(x.get(), logSums.get()));
    seconds +=
        seconds(
            new AttentionGrad(mask, scale, 0),
            () -> List.of(x.get(), x.get(), x.get(), x.get(), logSums.get(), x.get()),
            () -> List.of(x.get(), x.get(), x.get()));
    // Four products of scores by the head dim's elements forward, ten backward.
    return 14.0 * SAMPLES * HEADS * KEYS * KEYS * head / seconds;
  }

  /** Seconds of an AdamW step for each parameter. */
  double updateSeconds() {
    OptimizerStep step = new OptimizerStep(Optimizer.ADAMW, OptimizerSettings.DEFAULTS);
    List<Long> whole = List.of((long) PARAMETERS);
    Turns<List<FloatTensor>> turns =
        turns(() -> Stream.generate(() -> filled(PARAMETERS)).limit(4).toList());
    return CpuClock.ofThread(
            REPEATS,
            () -> {
              List<FloatTensor> x = turns.take();
              step.update(1, x.get(0).data(), x.get(1), whole, x.subList(2, 4), List.of());
            })
        / PARAMETERS;
  }

  private double seconds(Op op, Supplier<List<FloatTensor>> in, int... shape) {
    return seconds(op, in, () -> List.of(filled(shape)));
  }

  private double seconds(Op op, Supplier<List<FloatTensor>> in, Supplier<List<FloatTensor>> out) {
    Turns<List<FloatTensor>> read = turns(in);
    Turns<List<FloatTensor>> written = turns(out);
    return CpuClock.ofThread(
        REPEATS,
        () -> kernels.run(op, read.take(), new ArrayList<>(written.take()), Placement.whole(0)));
  }

  private static Turns<List<FloatTensor>> turns(Supplier<List<FloatTensor>> made) {
    long elements = made.get().stream().mapToLong(FloatTensor::size).sum();
    return new Turns<>(elements * Float.BYTES, made);
  }

  private static FloatTensor filled(int... shape) {
    FloatTensor tensor = FloatTensor.zeros(shape);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (i * 31 % 101 - 50) / 50f;
    }
    return tensor;
  }
}
