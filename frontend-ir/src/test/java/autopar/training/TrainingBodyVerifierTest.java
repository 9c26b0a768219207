package autopar.training;

import static autopar.ir.graph.BodyBuilder.real;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Body;
import autopar.ir.graph.BodyBuilder;
import autopar.ir.graph.Value;
import autopar.ir.op.Einsum;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryKind;
import autopar.ir.type.Extent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every constraint of {@link TrainingBodyVerifier}, broken once. */
final class TrainingBodyVerifierTest {

  private final TrainingBody good = Differentiate.body(mlp());

  /** y = gelu(x w1) w2. */
  private static Body mlp() {
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", real(Extent.batch(1), Extent.of(4)));
    int w1 = b.parameter("w1", 4, 8);
    int w2 = b.parameter("w2", 8, 4);
    int h = b.node("h", Einsum.of("bi,io->bo"), x, w1);
    int g = b.node("g", new Unary(UnaryKind.GELU), h);
    return b.returning(b.node("y", Einsum.of("bo,oi->bi"), g, w2));
  }

  @Test
  void aDerivedBodyHolds() {
    for (RecomputeMode mode : RecomputeMode.values()) {
      assertThatCode(() -> TrainingBodyVerifier.verify(ApplyRecompute.to(good, mode)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void t1ForwardValuesComeFirst() {
    List<Value> values = new ArrayList<>(good.values());
    values.set(0, new Value(0, "other", values.get(0).type()));
    broken("T1", with(values, good.backward(), good.saved(), good.parameterGradients()));
  }

  @Test
  void t2NothingIsReadThatIsNotThere() {
    broken("T2", with(good.values(), good.backward(), List.of(), good.parameterGradients()));
    List<TrainingNode> reversed = new ArrayList<>(good.backward());
    Collections.reverse(reversed);
    broken("T2", with(good.values(), reversed, good.saved(), good.parameterGradients()));
  }

  @Test
  void t3NothingIsMadeTwice() {
    List<TrainingNode> twice = new ArrayList<>(good.backward());
    twice.add(twice.getLast());
    broken("T3", with(good.values(), twice, good.saved(), good.parameterGradients()));
  }

  @Test
  void t4ResultsHaveTheTypesOfTheirOps() {
    int gradient = good.argumentGradients().get(0);
    broken("T4", with(retyped(gradient), good.backward(), good.saved(), good.parameterGradients()));
  }

  @Test
  void t5GradientsHaveTheTypesOfTheirValues() {
    List<Integer> swapped = new ArrayList<>(good.parameterGradients());
    Collections.reverse(swapped);
    broken("T5", with(good.values(), good.backward(), good.saved(), swapped));
  }

  @Test
  void t6TrainableParametersHaveOneGradient() {
    List<Integer> none = List.of(-1, good.parameterGradients().get(1));
    broken("T6", with(good.values(), good.backward(), good.saved(), none));
  }

  @Test
  void t7GradientsHaveOrigins() {
    broken(
        "T7",
        withFirst(n -> new TrainingNode(n.name(), n.op(), -1, false, n.operands(), n.results())));
    broken(
        "T7",
        withFirst(n -> new TrainingNode(n.name(), n.op(), 1, true, n.operands(), n.results())));
  }

  @Test
  void t8FactorsAreThoseOfTheOrigin() {
    broken(
        "T8",
        withFirst(n -> new TrainingNode(n.name(), n.op(), 1, false, n.operands(), n.results())));
  }

  @Test
  void t9SavedIsWhatIsRead() {
    List<Integer> all = new ArrayList<>(good.saved());
    all.add(good.forward().results().get(0));
    broken("T9", with(good.values(), good.backward(), all, good.parameterGradients()));
  }

  private List<Value> retyped(int value) {
    List<Value> values = new ArrayList<>(good.values());
    values.set(
        value, new Value(value, values.get(value).name(), real(Extent.batch(1), Extent.of(5))));
    return values;
  }

  private TrainingBody withFirst(UnaryOperator<TrainingNode> change) {
    List<TrainingNode> nodes = new ArrayList<>(good.backward());
    nodes.set(0, change.apply(nodes.get(0)));
    return with(good.values(), nodes, good.saved(), good.parameterGradients());
  }

  private TrainingBody with(
      List<Value> values,
      List<TrainingNode> backward,
      List<Integer> saved,
      List<Integer> parameterGradients) {
    return new TrainingBody(
        good.forward(),
        good.recompute(),
        values,
        backward,
        saved,
        good.resultGradients(),
        good.argumentGradients(),
        parameterGradients);
  }

  private static void broken(String constraint, TrainingBody body) {
    assertThatThrownBy(() -> TrainingBodyVerifier.verify(body))
        .isInstanceOf(CompilerBug.class)
        .hasMessageContaining(constraint + ":");
  }
}
