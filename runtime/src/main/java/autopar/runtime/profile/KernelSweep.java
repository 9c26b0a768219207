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

/** Kernels other than single products, each with a new result as in a run. */
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
      FloatTensor x = filled(rows, COLUMNS);
      double seconds = seconds(new Binary(BinaryKind.ADD), List.of(x, x), rows, COLUMNS);
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
      FloatTensor x = filled(rows, COLUMNS);
      FloatTensor gain = filled(COLUMNS);
      double elements = (double) rows * COLUMNS;
      operations += elements * 2 * (GELU_OPERATIONS + NORM_OPERATIONS);
      seconds += seconds(new Unary(UnaryKind.GELU_TANH), List.of(x), rows, COLUMNS);
      seconds += seconds(new UnaryGrad(UnaryKind.GELU_TANH), List.of(x, x), rows, COLUMNS);
      seconds += seconds(new LayerNorm(EPS), List.of(x, gain, gain), rows, COLUMNS);
      seconds += seconds(new LayerNormGrad(EPS), List.of(x, gain, x), rows, COLUMNS);
    }
    return operations / seconds;
  }

  /** Operations per second of causal attention of 128 keys, forward and backward. */
  double attentionRate(int head) {
    FloatTensor x = filled(SAMPLES, KEYS, HEADS, head);
    FloatTensor logSums = filled(SAMPLES, HEADS, KEYS);
    AttentionMask mask = new AttentionMask.Causal();
    double scale = 1 / Math.sqrt(head);
    List<FloatTensor> made = List.of(FloatTensor.zeros(x.shape()), logSums);
    double seconds =
        CpuClock.ofThread(
            REPEATS,
            () ->
                kernels.run(
                    new Attention(mask, scale, 0),
                    List.of(x, x, x),
                    List.of(FloatTensor.zeros(x.shape()), FloatTensor.zeros(logSums.shape())),
                    Placement.whole(0)));
    seconds +=
        CpuClock.ofThread(
            REPEATS,
            () ->
                kernels.run(
                    new AttentionGrad(mask, scale, 0),
                    List.of(x, x, x, made.get(0), made.get(1), x),
                    List.of(
                        FloatTensor.zeros(x.shape()),
                        FloatTensor.zeros(x.shape()),
                        FloatTensor.zeros(x.shape())),
                    Placement.whole(0)));
    // Four products of scores by the head dim's elements forward, ten backward.
    return 14.0 * SAMPLES * HEADS * KEYS * KEYS * head / seconds;
  }

  /** Seconds of an AdamW step for each parameter. */
  double updateSeconds() {
    OptimizerStep step = new OptimizerStep(Optimizer.ADAMW, OptimizerSettings.DEFAULTS);
    float[] weight = filled(PARAMETERS).data();
    FloatTensor gradient = filled(PARAMETERS);
    List<FloatTensor> states =
        List.of(FloatTensor.zeros(PARAMETERS), FloatTensor.zeros(PARAMETERS));
    List<Long> whole = List.of((long) PARAMETERS);
    return CpuClock.ofThread(
            REPEATS, () -> step.update(1, weight, gradient, whole, states, List.of()))
        / PARAMETERS;
  }

  private double seconds(Op op, List<FloatTensor> in, int... shape) {
    return CpuClock.ofThread(
        REPEATS,
        () -> {
          List<FloatTensor> out = new ArrayList<>(List.of(FloatTensor.zeros(shape)));
          kernels.run(op, in, out, Placement.whole(0));
        });
  }

  private static FloatTensor filled(int... shape) {
    FloatTensor tensor = FloatTensor.zeros(shape);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (i * 31 % 101 - 50) / 50f;
    }
    return tensor;
  }
}
