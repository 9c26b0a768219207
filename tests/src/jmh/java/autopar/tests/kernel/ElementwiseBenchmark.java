package autopar.tests.kernel;

import autopar.ir.op.AttentionMask;
import autopar.ir.op.BatchNorm;
import autopar.ir.op.BatchNormGrad;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.CombineTokens;
import autopar.ir.op.Concat;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.DispatchTokens;
import autopar.ir.op.Dropout;
import autopar.ir.op.Embedding;
import autopar.ir.op.EmbeddingGrad;
import autopar.ir.op.GroupNorm;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.LayerNormGrad;
import autopar.ir.op.LayerNormParameterGrad;
import autopar.ir.op.Op;
import autopar.ir.op.Pad;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceKind;
import autopar.ir.op.RmsNorm;
import autopar.ir.op.RmsNormGrad;
import autopar.ir.op.Rope;
import autopar.ir.op.Slice;
import autopar.ir.op.Softmax;
import autopar.ir.op.SoftmaxGrad;
import autopar.ir.op.Transpose;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryGrad;
import autopar.ir.op.UnaryKind;
import autopar.ir.type.Extent;
import autopar.runtime.Placement;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.FloatTensor;
import autopar.runtime.kernel.VectorProduct;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Ops that move more than they compute, beside copies of the bytes that they read and write: {@code
 * copyOne} for two tensors, {@code copyTwo} for three. 4 M elements, which large caches hold, and
 * 32 M, which come from memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
public class ElementwiseBenchmark {

  private static final int SEQUENCE = 1024;
  private static final int HIDDEN = 2048;
  private static final int HEAD = 128;
  private static final int EXPERTS = 8;
  private static final int GROUPS = 32;
  private static final Placement WHOLE = Placement.whole(1);

  private final FloatKernels kernels = new FloatKernels(new VectorProduct());

  /** Samples of 1,024 x 2,048. */
  @Param({"2", "16"})
  public int batch;

  private FloatTensor x;
  private FloatTensor y;
  private FloatTensor row;
  private FloatTensor out;
  private FloatTensor mask;
  private FloatTensor turned;
  private FloatTensor heads;
  private FloatTensor rotated;
  private FloatTensor swapped;
  private FloatTensor sums;
  private FloatTensor more;
  private FloatTensor ids;
  private FloatTensor loss;
  private FloatTensor logSums;
  private FloatTensor rows;
  private FloatTensor slots;
  private FloatTensor places;
  private FloatTensor half;
  private FloatTensor wider;
  private FloatTensor table;
  private FloatTensor groupMeans;
  private FloatTensor groupDeviations;
  private float[] longer;
  private float[] longerStill;

  /** Draws the operands; results that lie differently share their memory. */
  @Setup
  public void allocate() {
    int[] headed = {batch, SEQUENCE, HIDDEN / HEAD, HEAD};
    x = random(batch, SEQUENCE, HIDDEN);
    y = random(batch, SEQUENCE, HIDDEN);
    row = random(HIDDEN);
    out = FloatTensor.zeros(batch, SEQUENCE, HIDDEN);
    mask = FloatTensor.zeros(batch, SEQUENCE, HIDDEN);
    turned = new FloatTensor(new int[] {batch, HIDDEN, SEQUENCE}, out.data());
    heads = new FloatTensor(headed, x.data());
    rotated = new FloatTensor(headed, out.data());
    swapped = new FloatTensor(new int[] {batch, HIDDEN / HEAD, SEQUENCE, HEAD}, out.data());
    sums = FloatTensor.zeros(HIDDEN);
    more = FloatTensor.zeros(HIDDEN);
    ids = FloatTensor.zeros(batch, SEQUENCE);
    for (int i = 0; i < ids.size(); i++) {
      ids.data()[i] = i * 7919 % HIDDEN;
    }
    loss = FloatTensor.zeros();
    logSums = FloatTensor.zeros(batch, SEQUENCE);
    rows = FloatTensor.zeros(batch, SEQUENCE);
    slots = FloatTensor.zeros(batch, SEQUENCE, EXPERTS);
    places = new FloatTensor(new int[] {batch, EXPERTS, SEQUENCE / EXPERTS, HIDDEN}, out.data());
    for (int i = 0; i < slots.size(); i++) {
      int token = i / EXPERTS % SEQUENCE;
      slots.data()[i] = token % EXPERTS == i % EXPERTS ? token / EXPERTS : -1;
    }
    half = FloatTensor.zeros(batch, SEQUENCE / 2, HIDDEN);
    wider = FloatTensor.zeros(batch, SEQUENCE + 2, HIDDEN);
    table = random(HIDDEN, HIDDEN);
    groupMeans = FloatTensor.zeros(batch, GROUPS);
    groupDeviations = FloatTensor.zeros(batch, GROUPS);
    longer = new float[x.size() * 3 / 2];
    longerStill = new float[x.size() * 3 / 2];
  }

  private static FloatTensor random(int... shape) {
    FloatTensor tensor = FloatTensor.zeros(shape);
    Random random = new Random(1);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }

  private FloatTensor run(Op op, FloatTensor to, FloatTensor... in) {
    kernels.run(op, List.of(in), List.of(to), WHOLE);
    return to;
  }

  @Benchmark
  public float[] copyOne() {
    System.arraycopy(x.data(), 0, out.data(), 0, x.size());
    return out.data();
  }

  @Benchmark
  public float[] copyTwo() {
    System.arraycopy(longer, 0, longerStill, 0, longer.length);
    return longerStill;
  }

  @Benchmark
  public FloatTensor add() {
    return run(new Binary(BinaryKind.ADD), out, x, y);
  }

  @Benchmark
  public FloatTensor biasAdd() {
    return run(new Binary(BinaryKind.ADD), out, x, row);
  }

  @Benchmark
  public FloatTensor gelu() {
    return run(new Unary(UnaryKind.GELU), out, x);
  }

  @Benchmark
  public FloatTensor geluGrad() {
    return run(new UnaryGrad(UnaryKind.GELU), out, x, y);
  }

  @Benchmark
  public FloatTensor silu() {
    return run(new Unary(UnaryKind.SILU), out, x);
  }

  @Benchmark
  public FloatTensor layerNorm() {
    return run(new LayerNorm(1e-5), out, x, row, row);
  }

  @Benchmark
  public FloatTensor layerNormGrad() {
    return run(new LayerNormGrad(1e-5), out, x, row, y);
  }

  @Benchmark
  public FloatTensor layerNormParameterGrad() {
    kernels.run(new LayerNormParameterGrad(1e-5, true), List.of(x, y), List.of(sums, more), WHOLE);
    return sums;
  }

  @Benchmark
  public FloatTensor softmax() {
    return run(new Softmax(1, new AttentionMask.Full()), out, x);
  }

  @Benchmark
  public FloatTensor softmaxGrad() {
    return run(new SoftmaxGrad(1), out, x, y);
  }

  @Benchmark
  public FloatTensor transpose() {
    return run(new Transpose(List.of(0, 2, 1)), turned, x);
  }

  @Benchmark
  public FloatTensor transposeHeads() {
    return run(new Transpose(List.of(0, 2, 1, 3)), swapped, heads);
  }

  @Benchmark
  public FloatTensor rope() {
    return run(new Rope(10000), rotated, heads);
  }

  @Benchmark
  public FloatTensor columnSums() {
    return run(new Reduce(ReduceKind.SUM, List.of(0, 1), List.of()), sums, x);
  }

  @Benchmark
  public FloatTensor dropout() {
    kernels.run(new Dropout(0.1), List.of(x), List.of(out, mask), WHOLE);
    return out;
  }

  @Benchmark
  public FloatTensor relu() {
    return run(new Unary(UnaryKind.RELU), out, x);
  }

  @Benchmark
  public FloatTensor tanh() {
    return run(new Unary(UnaryKind.TANH), out, x);
  }

  @Benchmark
  public FloatTensor rmsNorm() {
    return run(new RmsNorm(1e-6), out, x, row);
  }

  @Benchmark
  public FloatTensor rmsNormGrad() {
    return run(new RmsNormGrad(1e-6), out, x, row, y);
  }

  @Benchmark
  public FloatTensor rowSums() {
    return run(new Reduce(ReduceKind.SUM, List.of(2), List.of()), rows, x);
  }

  @Benchmark
  public FloatTensor rowMaxima() {
    return run(new Reduce(ReduceKind.MAX, List.of(2), List.of()), rows, x);
  }

  /** Reads the logits; the copy that it stands beside also writes them. */
  @Benchmark
  public FloatTensor crossEntropy() {
    kernels.run(new CrossEntropy(), List.of(x, ids), List.of(loss, logSums), WHOLE);
    return loss;
  }

  @Benchmark
  public FloatTensor dispatch() {
    return run(new DispatchTokens(SEQUENCE / EXPERTS), places, x, slots);
  }

  @Benchmark
  public FloatTensor combine() {
    return run(new CombineTokens(), y, places, slots);
  }

  @Benchmark
  public FloatTensor batchNorm() {
    kernels.run(new BatchNorm(1e-5), List.of(x, row, row), List.of(out, sums, more), WHOLE);
    return out;
  }

  @Benchmark
  public FloatTensor batchNormGrad() {
    return run(new BatchNormGrad(), out, x, row, sums, more, y);
  }

  @Benchmark
  public FloatTensor groupNorm() {
    kernels.run(
        new GroupNorm(GROUPS, 1e-5),
        List.of(x, row, row),
        List.of(out, groupMeans, groupDeviations),
        WHOLE);
    return out;
  }

  @Benchmark
  public FloatTensor concat() {
    return run(new Concat(1), out, half, half);
  }

  @Benchmark
  public FloatTensor pad() {
    return run(new Pad(1, 1, 1), wider, x);
  }

  @Benchmark
  public FloatTensor slice() {
    return run(new Slice(1, 1, Extent.of(SEQUENCE)), out, wider);
  }

  @Benchmark
  public FloatTensor embedding() {
    return run(new Embedding(), out, table, ids);
  }

  @Benchmark
  public FloatTensor embeddingGrad() {
    return run(new EmbeddingGrad(Extent.of(HIDDEN)), table, ids, x);
  }
}
