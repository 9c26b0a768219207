package autopar.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.op.Conv2dWeightGrad;
import autopar.ir.op.StatisticsRounds;
import autopar.runtime.Placement;
import autopar.runtime.reference.BodyUnderTest;
import autopar.runtime.reference.MeanShare;
import autopar.sharding.Factor;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every factor that shards can be run on, split in two, three and four, the last ones short or
 * empty: results that have the factor are put together, results that lack it are summed, and
 * internal reductions exchange their statistics. All must equal the op on whole tensors.
 */
final class ShardedKernelsTest {

  private static final double TOLERANCE = 1e-5;

  private final FloatKernels kernels = new FloatKernels(new VectorProduct());

  static Stream<BodyUnderTest> bodies() {
    return OpUnderTest.bodies();
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void shardsMakeTheWhole(BodyUnderTest test) {
    for (OpUnderTest op : OpUnderTest.of(test)) {
      FactorRule rule = op.rule();
      for (int f = 0; f < rule.factors().size(); f++) {
        int size = Math.toIntExact(rule.factors().get(f).extent().at(BodyUnderTest.BATCH));
        for (int shards : new int[] {2, 3, 4}) {
          if (size > 1 && shardable(op, rule, f)) {
            check(new Split(op, rule, f, size, shards));
          }
        }
      }
    }
  }

  /** Factors that need no neighbours and are the major one of their dimension. */
  private static boolean shardable(OpUnderTest op, FactorRule rule, int factor) {
    Factor f = rule.factors().get(factor);
    boolean alone =
        switch (f.kind()) {
          case PASS_THROUGH, REDUCTION, INTERNAL_REDUCTION -> true;
          case NEEDS_REPLICATION, PERMUTATION -> false;
        };
    boolean border =
        op.op() instanceof Conv2dWeightGrad && (f.name().equals("y") || f.name().equals("x"));
    return alone
        && !border
        && Stream.concat(rule.operands().stream(), rule.results().stream())
            .flatMap(List::stream)
            .allMatch(dim -> !dim.contains(factor) || major(dim, rule) == factor);
  }

  /** The first factor of a dimension that has more than one element, or -1. */
  private static int major(List<Integer> dim, FactorRule rule) {
    return dim.stream()
        .filter(f -> rule.factors().get(f).extent().at(BodyUnderTest.BATCH) > 1)
        .findFirst()
        .orElse(-1);
  }

  /** One factor of an op, {@code size} long, cut into shards of ceil(size / shards). */
  private record Split(OpUnderTest op, FactorRule rule, int factor, int size, int shards) {

    int start(int shard) {
      return Math.min(size, shard * Math.ceilDiv(size, shards));
    }

    int length(int shard) {
      return start(shard + 1) - start(shard);
    }

    List<FloatTensor> operands(int shard) {
      List<FloatTensor> local = new ArrayList<>();
      for (int i = 0; i < op.in().size(); i++) {
        local.add(cut(op.in().get(i), dim(rule.operands().get(i)), shard));
      }
      return local;
    }

    private FloatTensor cut(FloatTensor whole, int dim, int shard) {
      if (dim < 0) {
        return whole;
      }
      FloatTensor part = FloatTensor.zeros(shape(whole.shape(), dim, shard));
      int step = whole.shape()[dim] / size;
      MovementKernels.slice(dim, start(shard) * step, whole, part);
      return part;
    }

    int[] shape(int[] whole, int dim, int shard) {
      int[] shape = whole.clone();
      if (dim >= 0) {
        shape[dim] = shape[dim] / size * length(shard);
      }
      return shape;
    }

    List<FloatTensor> results(int shard) {
      List<int[]> shapes = new ArrayList<>();
      for (int i = 0; i < op.shapes().size(); i++) {
        shapes.add(shape(op.shapes().get(i), dim(rule.results().get(i)), shard));
      }
      return OpUnderTest.dirty(shapes);
    }

    Placement placement(int shard) {
      String name = rule.factors().get(factor).name();
      double share = MeanShare.of(op.op(), rule, factor, (double) length(shard) / size);
      return new Placement(
          Map.of(name, start(shard)), Map.of(name, size), share, op.labels(), OpUnderTest.KEY);
    }

    /** The dimension whose major factor is this one, or -1. */
    int dim(List<List<Integer>> tensor) {
      for (int d = 0; d < tensor.size(); d++) {
        if (major(tensor.get(d), rule) == factor) {
          return d;
        }
      }
      return -1;
    }
  }

  private void check(Split split) {
    OpUnderTest op = split.op();
    boolean internal =
        split.rule().factors().get(split.factor()).kind() == FactorKind.INTERNAL_REDUCTION;
    List<FloatTensor> statistics = internal ? statistics(split) : List.of();
    List<FloatTensor> whole = op.shapes().stream().map(FloatTensor::zeros).toList();
    for (int shard = 0; shard < split.shards(); shard++) {
      List<FloatTensor> out = split.results(shard);
      if (internal) {
        kernels.finish(op.op(), split.operands(shard), statistics, out, split.placement(shard));
      } else {
        kernels.run(op.op(), split.operands(shard), out, split.placement(shard));
      }
      for (int i = 0; i < out.size(); i++) {
        int dim = split.dim(split.rule().results().get(i));
        if (dim >= 0) {
          paste(out.get(i), dim, split.start(shard), split.size(), whole.get(i));
        } else if (internal) {
          assertThat(OpUnderTest.error(out.get(i), op.expected().get(i)))
              .as("%s: result %d of shard %d", op.op(), i, shard)
              .isLessThan(TOLERANCE);
          System.arraycopy(out.get(i).data(), 0, whole.get(i).data(), 0, whole.get(i).size());
        } else {
          combine(StatisticsRounds.Combine.SUM, out.get(i), whole.get(i));
        }
      }
    }
    for (int i = 0; i < whole.size(); i++) {
      assertThat(OpUnderTest.error(whole.get(i), op.expected().get(i)))
          .as(
              "%s: result %d with %s in %d",
              op.op(), i, split.rule().factors().get(split.factor()), split.shards())
          .isLessThan(TOLERANCE);
    }
  }

  /** All rounds, each combined over all shards. */
  private List<FloatTensor> statistics(Split split) {
    OpUnderTest op = split.op();
    List<StatisticsRounds.Round> rounds =
        StatisticsRounds.of(op.op(), split.rule(), op.operands(), op.results());
    List<FloatTensor> complete = new ArrayList<>();
    for (int round = 0; round < rounds.size(); round++) {
      StatisticsRounds.Combine combine = rounds.get(round).combine();
      int[] shape =
          rounds.get(round).type().shape().stream()
              .mapToInt(e -> Math.toIntExact(e.at(BodyUnderTest.BATCH)))
              .toArray();
      FloatTensor sum = FloatTensor.zeros(shape);
      if (combine == StatisticsRounds.Combine.MAX) {
        Arrays.fill(sum.data(), Float.NEGATIVE_INFINITY);
      }
      for (int shard = 0; shard < split.shards(); shard++) {
        FloatTensor local = OpUnderTest.dirty(shape);
        kernels.statistics(
            op.op(), round, split.operands(shard), complete, local, split.placement(shard));
        combine(combine, local, sum);
      }
      complete.add(sum);
    }
    assertThat(complete).isNotEmpty();
    return complete;
  }

  private static void combine(
      StatisticsRounds.Combine combine, FloatTensor local, FloatTensor into) {
    for (int i = 0; i < into.size(); i++) {
      into.data()[i] =
          switch (combine) {
            case SUM -> into.data()[i] + local.data()[i];
            case MAX -> Math.max(into.data()[i], local.data()[i]);
          };
    }
  }

  private static void paste(FloatTensor part, int dim, int start, int size, FloatTensor whole) {
    int inner = whole.strides()[dim];
    int row = whole.shape()[dim] * inner;
    int length = part.shape()[dim] * inner;
    int from = start * (whole.shape()[dim] / size) * inner;
    for (int o = 0; length > 0 && o < part.size() / length; o++) {
      System.arraycopy(part.data(), o * length, whole.data(), o * row + from, length);
    }
  }
}
