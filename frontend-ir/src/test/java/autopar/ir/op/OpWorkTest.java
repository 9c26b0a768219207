package autopar.ir.op;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorRule;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OpWorkTest {

  @Test
  void aProductIsAGemmOfItsLetters() {
    Work work = work(Einsum.of("bsh,hf->bsf"), real(2, 16, 64), real(64, 256));
    assertThat(work).isEqualTo(new Work.Gemm(1, 32, 256, 64));
    assertThat(work.modelFlops()).isEqualTo(2.0 * 32 * 256 * 64);
  }

  @Test
  void scoresAreABatchOfGemms() {
    assertThat(work(Einsum.of("bsnd,btnd->bnst"), real(2, 16, 4, 8), real(2, 16, 4, 8)))
        .isEqualTo(new Work.Gemm(8, 16, 16, 8));
  }

  @Test
  void anOuterProductIsAStream() {
    assertThat(work(Einsum.of("bs,h->bsh"), real(2, 16), real(8)))
        .isEqualTo(new Work.Stream(32 + 8, 256, 0, 256));
  }

  @Test
  void localSizesDivideTheWork() {
    Op op = Einsum.of("bsh,hf->bsf");
    List<TensorType> operands = List.of(real(2, 16, 64), real(64, 256));
    FactorRule rule = rule(op, operands);
    long[] sizes = sizes(rule);
    sizes[rule.indexOf("f")] /= 8;
    assertThat(OpWork.of(op, rule, sizes)).isEqualTo(new Work.Gemm(1, 32, 32, 64));
  }

  @Test
  void anEmbeddingReadsRowsAndNotTheTable() {
    TensorType ids = new TensorType(ElementType.INT32, List.of(Extent.of(2), Extent.of(16)));
    assertThat(work(new Embedding(), real(50272, 64), ids))
        .isEqualTo(new Work.Stream(2048, 2048, 4 * 32, 0));
  }

  @Test
  void aDropoutWritesOneByteOfMaskPerElement() {
    assertThat(work(new Dropout(0.1), real(2, 16))).isEqualTo(new Work.Stream(32, 32, 32, 96));
  }

  @Test
  void routingMovesATokenPerPlace() {
    TensorType slots =
        new TensorType(ElementType.INT32, List.of(Extent.of(2), Extent.of(16), Extent.of(4)));
    double places = 2 * 4 * 5 * 64;
    double tokens = 2 * 16 * 64;
    double weights = 2 * 16 * 4;
    assertThat(work(new DispatchTokens(5), real(2, 16, 64), slots))
        .isEqualTo(new Work.Stream(places, places, 4 * weights, 2 * places));
    assertThat(work(new CombineTokens(), real(2, 4, 5, 64), slots, real(2, 16, 4)))
        .isEqualTo(new Work.Stream(places + weights, tokens, 4 * weights, 2 * places));
    assertThat(work(new RoutedProduct(), real(2, 16, 64), real(2, 4, 5, 64), slots))
        .isEqualTo(new Work.Stream(2 * places, weights, 4 * weights, 2 * places));
  }

  @Test
  void attentionCountsItsHeadsAndIgnoresItsMaskInModelFlops() {
    TensorType q = real(2, 16, 8, 4);
    TensorType k = real(2, 16, 2, 4);
    Work work = work(new Attention(new AttentionMask.Causal(), 0.5, 0), q, k, k);
    assertThat(work).isEqualTo(new Work.FusedAttention(2, 8, 16, 16, 4, true, false));
    assertThat(work.modelFlops()).isEqualTo(4.0 * 2 * 8 * 16 * 16 * 4);
  }

  @Test
  void theThreeConvolutionsDoTheSameOperations() {
    TensorType x = real(2, 8, 8, 16);
    TensorType w = real(3, 3, 16, 32);
    TensorType y = real(2, 4, 4, 32);
    double flops = 2.0 * 2 * 4 * 4 * 32 * 3 * 3 * 16;
    assertThat(work(new Conv2d(2, 1), x, w).modelFlops()).isEqualTo(flops);
    assertThat(work(new Conv2dInputGrad(2, 1, Extent.of(8), Extent.of(8)), w, y).modelFlops())
        .isEqualTo(flops);
    assertThat(work(new Conv2dWeightGrad(2, 1, 3, 3), x, y).modelFlops()).isEqualTo(flops);
  }

  @Test
  void aReshapeIsFree() {
    assertThat(work(new Reshape(List.of(Extent.of(32))), real(2, 16))).isEqualTo(new Work.None());
  }

  @Test
  void aShardedNormExchangesTwoMomentsARow() {
    Op op = new LayerNorm(1e-5);
    FactorRule rule = rule(op, List.of(real(2, 16, 64), real(64), real(64)));
    assertThat(StatisticsBytes.of(op, rule, sizes(rule), 2)).isEqualTo(4.0 * 2 * 32);
    assertThat(StatisticsBytes.of(op, rule, sizes(rule), 0)).isZero();
  }

  @Test
  void aShardedVocabularyExchangesThreeNumbersARow() {
    TensorType labels = new TensorType(ElementType.INT32, List.of(Extent.of(2), Extent.of(16)));
    Op op = new CrossEntropy();
    FactorRule rule = rule(op, List.of(real(2, 16, 64), labels));
    assertThat(StatisticsBytes.of(op, rule, sizes(rule), rule.indexOf("v")))
        .isEqualTo(4.0 * 3 * 32);
  }

  @Test
  void aConvolutionReceivesTheRowsItsWindowsReachBeyond() {
    Op op = new Conv2d(1, 1);
    FactorRule rule = rule(op, List.of(real(2, 8, 8, 16), real(3, 3, 16, 32)));
    long[] sizes = sizes(rule);
    sizes[rule.indexOf("y")] = 4;
    assertThat(HaloElements.of(op, rule, sizes, rule.indexOf("y"))).isEqualTo(2.0 * 2 * 8 * 16);
  }

  private static Work work(Op op, TensorType... operands) {
    FactorRule rule = rule(op, List.of(operands));
    return OpWork.of(op, rule, sizes(rule));
  }

  private static FactorRule rule(Op op, List<TensorType> operands) {
    Shapes shapes = ShapeRules.infer(op, operands);
    assertThat(shapes).isInstanceOf(Shapes.Ok.class);
    return FactorRules.of(op, operands, ((Shapes.Ok) shapes).results());
  }

  private static long[] sizes(FactorRule rule) {
    return rule.factors().stream().mapToLong(f -> f.extent().count()).toArray();
  }

  private static TensorType real(long... shape) {
    return new TensorType(ElementType.REAL, Arrays.stream(shape).mapToObj(Extent::of).toList());
  }
}
