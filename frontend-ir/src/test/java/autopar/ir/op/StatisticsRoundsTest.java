package autopar.ir.op;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class StatisticsRoundsTest {

  private static final TensorType X = real(2, 16, 64);
  private static final TensorType ROW = real(64);
  private static final TensorType IMAGE = real(2, 4, 6, 64);
  private static final TensorType CHANNELS = statistic(64);
  private static final TensorType GROUPS = statistic(2, 8);
  private static final TensorType LABELS = type(ElementType.INT32, 2, 16);

  static Stream<Arguments> reductions() {
    return Stream.of(
        Arguments.of(
            new LayerNorm(1e-5), List.of(X, ROW, ROW), "SUM f32[2, 16, 1] SUM f32[2, 16, 1]"),
        Arguments.of(new RmsNorm(1e-5), List.of(X, ROW), "SUM f32[2, 16, 1]"),
        Arguments.of(
            new LayerNormGrad(1e-5), List.of(X, ROW, X), "SUM f32[2, 16, 2] SUM f32[2, 16, 2]"),
        Arguments.of(new RmsNormGrad(1e-5), List.of(X, ROW, X), "SUM f32[2, 16, 2]"),
        Arguments.of(
            new LayerNormParameterGrad(1e-5, true),
            List.of(X, X),
            "SUM f32[2, 16, 1] SUM f32[2, 16, 1]"),
        Arguments.of(new RmsNormGainGrad(1e-5), List.of(X, X), "SUM f32[2, 16, 1]"),
        Arguments.of(
            new Softmax(1, new AttentionMask.Full()),
            List.of(X),
            "MAX f32[2, 16, 1] SUM f32[2, 16, 1]"),
        Arguments.of(new SoftmaxGrad(1), List.of(X, X), "SUM f32[2, 16, 1]"),
        Arguments.of(new CrossEntropy(), List.of(X, LABELS), "MAX f32[2, 16, 1] SUM f32[2, 16, 2]"),
        Arguments.of(new BatchNorm(1e-5), List.of(X, ROW, ROW), "SUM f32[64, 1] SUM f32[64, 1]"),
        Arguments.of(new BatchNormGrad(), List.of(X, ROW, CHANNELS, CHANNELS, X), "SUM f32[64, 2]"),
        Arguments.of(
            new GroupNorm(8, 1e-5), List.of(IMAGE, ROW, ROW), "SUM f32[2, 8, 1] SUM f32[2, 8, 1]"),
        Arguments.of(
            new GroupNormGrad(8), List.of(IMAGE, ROW, GROUPS, GROUPS, IMAGE), "SUM f32[2, 8, 2]"));
  }

  @ParameterizedTest
  @MethodSource("reductions")
  void statisticsHaveTheBytesThatArePriced(Op op, List<TensorType> operands, String text) {
    List<TensorType> results = results(op, operands);
    FactorRule rule = FactorRules.of(op, operands, results);
    List<StatisticsRounds.Round> rounds = StatisticsRounds.of(op, rule, operands, results);
    assertThat(rounds)
        .extracting(r -> r.combine() + " " + r.type())
        .containsExactly(text.split(" (?=[SM])"));
    long[] sizes = rule.factors().stream().mapToLong(f -> f.extent().count()).toArray();
    int reduced = 0;
    for (int f = 0; f < sizes.length; f++) {
      if (rule.factors().get(f).kind() == FactorKind.INTERNAL_REDUCTION) {
        reduced++;
        assertThat(StatisticsBytes.of(op, rule, sizes, f))
            .isEqualTo(4.0 * rounds.stream().mapToLong(r -> r.type().elements(1)).sum());
      }
    }
    assertThat(reduced).isPositive();
    for (StatisticsRounds.Round round : rounds) {
      assertThat(sizesOf(round.dims(), sizes).limit(round.dims().size() - 1L))
          .containsExactlyElementsOf(
              round.type().shape().stream()
                  .map(Extent::count)
                  .limit(round.type().rank() - 1L)
                  .toList());
      assertThat(round.dims().getLast()).isEmpty();
      assertThat(round.dims().stream().flatMap(List::stream))
          .allMatch(f -> rule.factors().get(f).kind() != FactorKind.INTERNAL_REDUCTION);
    }
  }

  @Test
  void anOpWithoutInternalReductionsHasNoRounds() {
    Op op = new CrossEntropyGrad();
    List<TensorType> operands = List.of(X, LABELS, statistic(2, 16), statistic());
    List<TensorType> results = results(op, operands);
    FactorRule rule = FactorRules.of(op, operands, results);
    assertThat(StatisticsRounds.of(op, rule, operands, results)).isEmpty();
  }

  private static Stream<Long> sizesOf(List<List<Integer>> dims, long[] sizes) {
    return dims.stream().map(d -> d.stream().mapToLong(f -> sizes[f]).reduce(1, (a, b) -> a * b));
  }

  private static List<TensorType> results(Op op, List<TensorType> operands) {
    return ((Shapes.Ok) ShapeRules.infer(op, operands)).results();
  }

  private static TensorType real(long... shape) {
    return type(ElementType.REAL, shape);
  }

  private static TensorType statistic(long... shape) {
    return type(ElementType.FLOAT32, shape);
  }

  private static TensorType type(ElementType element, long... shape) {
    return new TensorType(element, Arrays.stream(shape).mapToObj(Extent::of).toList());
  }
}
