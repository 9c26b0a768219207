package autopar.ir.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What operands an op takes, and the words in which it refuses others. */
final class ShapeRulesTest {

  private static final TensorType IDS =
      new TensorType(ElementType.INT32, List.of(Extent.batch(1), Extent.of(8)));

  @Test
  void contractionNamesTheFactorThatDoesNotFit() {
    Shapes.Mismatch mismatch =
        refused(Einsum.of("bsh,hf->bsf"), batched(8, 1024), weights(4000, 64));
    assertThat(mismatch.operand()).isEqualTo(1);
    assertThat(mismatch.message())
        .isEqualTo("operand shapes do not fit: [batch, 8, 1024] and [4000, 64]");
    assertThat(mismatch.hint())
        .contains("factor h is 1024 in the first operand and 4000 in the second");
  }

  @Test
  void equationsAreCheckedWhenWritten() {
    assertThatThrownBy(() -> Einsum.of("ab,bc")).hasMessageContaining("needs '->'");
    assertThatThrownBy(() -> Einsum.of("ab,bc->ad")).hasMessageContaining("'d' of the result");
    assertThatThrownBy(() -> Einsum.of("aa->a")).hasMessageContaining("'a' repeats");
    assertThatThrownBy(() -> Einsum.of("ab,cd->acd")).hasMessageContaining("reduce it first");
    assertThatThrownBy(() -> Einsum.of("a,b,c->abc")).hasMessageContaining("not 3");
    assertThatThrownBy(() -> Einsum.of("a1->a1")).hasMessageContaining("'1' is not a letter");
    assertThatThrownBy(() -> Einsum.of("ab->a")).hasMessageContaining("'b' is summed");
  }

  @Test
  void broadcastingAlignsAtTheLastDimensions() {
    Op add = new Binary(BinaryKind.ADD);
    assertThat(result(add, batched(8, 4), weights(4))).isEqualTo(batched(8, 4));
    assertThat(result(add, weights(8, 1), batched(8, 4))).isEqualTo(batched(8, 4));
    assertThat(refused(add, batched(8, 4), weights(8)).hint())
        .contains("aligned at their last dimensions, dimension 2 is 4 and 8");
  }

  @Test
  void theBatchIsNoConstant() {
    assertThat(refused(new Binary(BinaryKind.ADD), batched(4), weights(3, 4)).operand())
        .isEqualTo(1);
  }

  @Test
  void labelsFitLogits() {
    assertThat(result(new CrossEntropy(), batched(8, 100), IDS))
        .isEqualTo(new TensorType(ElementType.FLOAT32, List.of()));
    assertThat(refused(new CrossEntropy(), batched(7, 100), IDS).operand()).isEqualTo(1);
    assertThat(refused(new CrossEntropy(), batched(8, 100), batched(8)).message())
        .contains("i32 labels");
  }

  @Test
  void tokensGoToExpertsOfTheirOwnSlots() {
    TensorType slots =
        new TensorType(ElementType.INT32, List.of(Extent.batch(1), Extent.of(8), Extent.of(4)));
    Op dispatch = new DispatchTokens(3);
    assertThat(result(new ExpertSlots(3), batched(8, 4))).isEqualTo(slots);
    assertThat(result(dispatch, batched(8, 16), slots)).isEqualTo(batched(4, 3, 16));
    assertThat(result(dispatch, batched(8, 16), slots, batched(8, 4))).isEqualTo(batched(4, 3, 16));
    assertThat(result(new CombineTokens(), batched(4, 3, 16), slots)).isEqualTo(batched(8, 16));
    assertThat(refused(dispatch, batched(7, 16), slots).message()).contains("of others");
    assertThat(refused(dispatch, batched(8, 16), slots, batched(8, 5)).operand()).isEqualTo(2);
    assertThat(refused(dispatch, batched(8, 16), batched(8, 4)).message()).contains("i32 slots");
    assertThat(refused(new CombineTokens(), batched(5, 3, 16), slots).message())
        .contains("of others");
    assertThat(refused(new TopK(5), batched(8, 4)).message()).isEqualTo("top_k cannot pick 5 of 4");
  }

  @Test
  void attentionNeedsHeadsThatDivide() {
    Op attention = new Attention(new AttentionMask.Causal(), 1, 0);
    assertThat(result(attention, batched(8, 6, 4), batched(8, 2, 4), batched(8, 2, 4)))
        .isEqualTo(batched(8, 6, 4));
    assertThat(refused(attention, batched(8, 6, 4), batched(8, 4, 4), batched(8, 4, 4)).message())
        .isEqualTo("6 query heads are not a multiple of 4 key-value heads");
    assertThat(refused(attention, batched(8, 6, 4), batched(9, 6, 4), batched(9, 6, 4)).message())
        .contains("as many queries as keys");
  }

  @Test
  void aReshapeKeepsTheBatchMajor() {
    assertThat(result(new Reshape(List.of(Extent.batch(8), Extent.of(4))), batched(8, 4)).rank())
        .isEqualTo(2);
    TensorType late =
        new TensorType(ElementType.REAL, List.of(Extent.of(8), Extent.batch(1), Extent.of(4)));
    assertThat(refused(new Reshape(List.of(Extent.batch(8), Extent.of(4))), late).message())
        .contains("would move the batch");
    assertThat(refused(new Reshape(List.of(Extent.batch(1), Extent.of(5))), batched(4)).message())
        .contains("number of elements");
  }

  @Test
  void windowsMustFit() {
    assertThat(result(new Conv2d(2, 3), batched(224, 224, 3), weights(7, 7, 3, 64)))
        .isEqualTo(batched(112, 112, 64));
    assertThat(refused(new Conv2d(1, 0), batched(2, 2, 3), weights(3, 3, 3, 64)).message())
        .contains("no window");
  }

  @Test
  void everyForwardOpRefusesNoOperandsInWords() {
    List<Op> ops = new ArrayList<>();
    ops.add(Einsum.of("a,a->a"));
    ops.add(new Unary(UnaryKind.GELU));
    ops.add(new Affine(2, 0));
    ops.add(new Binary(BinaryKind.MAX));
    ops.add(new LayerNorm(1));
    ops.add(new RmsNorm(1));
    ops.add(new BatchNorm(1));
    ops.add(new GroupNorm(2, 1));
    ops.add(new Softmax(1, new AttentionMask.Full()));
    ops.add(new Attention(new AttentionMask.Full(), 1, 0));
    ops.add(new Rope(1));
    ops.add(new Embedding());
    ops.add(new TopK(1));
    ops.add(new ExpertSlots(1));
    ops.add(new DispatchTokens(1));
    ops.add(new CombineTokens());
    ops.add(new CrossEntropy());
    ops.add(new Dropout(0.5));
    ops.add(new Reduce(ReduceKind.SUM, List.of(0), List.of()));
    ops.add(new Broadcast(List.of()));
    ops.add(new Transpose(List.of()));
    ops.add(new Reshape(List.of()));
    ops.add(new Concat(0));
    ops.add(new Slice(0, 0, Extent.of(1)));
    ops.add(new Pad(0, 1, 1));
    ops.add(new Conv2d(1, 0));
    ops.add(new Pool2d(PoolKind.MAX, new Window(2, 2, 2, 0)));
    for (Op op : ops) {
      assertThat(refused(op).message()).as(op.toString()).isNotBlank();
    }
  }

  private static TensorType result(Op op, TensorType... operands) {
    Shapes shapes = ShapeRules.infer(op, List.of(operands));
    assertThat(shapes).as("%s", shapes).isInstanceOf(Shapes.Ok.class);
    return ((Shapes.Ok) shapes).results().get(0);
  }

  private static Shapes.Mismatch refused(Op op, TensorType... operands) {
    Shapes shapes = ShapeRules.infer(op, List.of(operands));
    assertThat(shapes).as("%s", shapes).isInstanceOf(Shapes.Mismatch.class);
    return (Shapes.Mismatch) shapes;
  }

  private static TensorType batched(long... dims) {
    List<Extent> shape = new ArrayList<>(List.of(Extent.batch(1)));
    for (long dim : dims) {
      shape.add(Extent.of(dim));
    }
    return new TensorType(ElementType.REAL, shape);
  }

  private static TensorType weights(long... dims) {
    List<Extent> shape = new ArrayList<>();
    for (long dim : dims) {
      shape.add(Extent.of(dim));
    }
    return new TensorType(ElementType.REAL, shape);
  }
}
