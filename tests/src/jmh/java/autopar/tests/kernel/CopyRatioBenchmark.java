package autopar.tests.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The ops of {@link ElementwiseBenchmark} and their copies by turns in one process, and the medians
 * over those of the copies, which it prints at the end: a machine whose memory gets faster and
 * slower within minutes says little about an op and a copy that were measured apart. The time that
 * JMH prints is that of all ops together.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 60)
@Measurement(iterations = CopyRatioBenchmark.MEASURED)
public class CopyRatioBenchmark {

  static final int MEASURED = 21;

  private record Timed(String name, Runnable op, int tensors, List<Long> nanos) {
    Timed(String name, Runnable op, int tensors) {
      this(name, op, tensors, new ArrayList<>());
    }

    /** Of those that were measured after warming up. */
    double medianMillis() {
      List<Long> counted = nanos.subList(nanos.size() - MEASURED, nanos.size());
      return counted.stream().sorted().toList().get(MEASURED / 2) * 1e-6;
    }
  }

  /** Samples of 1,024 x 2,048. */
  @Param("16")
  public int batch;

  private List<Timed> ops;

  /** Draws the operands. */
  @Setup
  public void allocate() {
    ElementwiseBenchmark all = new ElementwiseBenchmark();
    all.batch = batch;
    all.allocate();
    ops =
        List.of(
            new Timed("copyOne", all::copyOne, 2),
            new Timed("copyTwo", all::copyTwo, 3),
            new Timed("add", all::add, 3),
            new Timed("biasAdd", all::biasAdd, 2),
            new Timed("gelu", all::gelu, 2),
            new Timed("geluGrad", all::geluGrad, 3),
            new Timed("silu", all::silu, 2),
            new Timed("layerNorm", all::layerNorm, 2),
            new Timed("layerNormGrad", all::layerNormGrad, 3),
            new Timed("layerNormParameterGrad", all::layerNormParameterGrad, 2),
            new Timed("softmax", all::softmax, 2),
            new Timed("softmaxGrad", all::softmaxGrad, 3),
            new Timed("transpose", all::transpose, 2),
            new Timed("transposeHeads", all::transposeHeads, 2),
            new Timed("rope", all::rope, 2),
            new Timed("dropout", all::dropout, 3),
            new Timed("relu", all::relu, 2),
            new Timed("tanh", all::tanh, 2),
            new Timed("rmsNorm", all::rmsNorm, 2),
            new Timed("rmsNormGrad", all::rmsNormGrad, 3),
            new Timed("rowSums", all::rowSums, 2),
            new Timed("rowMaxima", all::rowMaxima, 2),
            new Timed("columnSums", all::columnSums, 2),
            new Timed("crossEntropy", all::crossEntropy, 2),
            new Timed("dispatch", all::dispatch, 2),
            new Timed("combine", all::combine, 2),
            new Timed("batchNorm", all::batchNorm, 2),
            new Timed("batchNormGrad", all::batchNormGrad, 3),
            new Timed("groupNorm", all::groupNorm, 2),
            new Timed("concat", all::concat, 2),
            new Timed("pad", all::pad, 2),
            new Timed("slice", all::slice, 2),
            new Timed("embedding", all::embedding, 2),
            new Timed("embeddingGrad", all::embeddingGrad, 2));
  }

  @Benchmark
  public void allByTurns() {
    for (Timed op : ops) {
      long start = System.nanoTime();
      op.op.run();
      op.nanos.add(System.nanoTime() - start);
    }
  }

  /** Prints the medians. */
  @TearDown
  public void print() {
    double one = ops.get(0).medianMillis();
    double two = ops.get(1).medianMillis();
    for (Timed op : ops) {
      double copy = op.tensors == 2 ? one : two;
      System.out.printf(
          Locale.ROOT,
          "%n%-24s %6.2f ms %5.2f copies",
          op.name,
          op.medianMillis(),
          op.medianMillis() / copy);
    }
    System.out.println();
  }
}
