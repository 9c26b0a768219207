package autopar.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.CompilerBug;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Constraints T10 to T12, each broken once, and what derivation asks of sections. */
final class TrainingGraphVerifierTest {

  private static final String TEXT =
      """
      model small
      batch dim batch = 4
      dim layers = 3
      input x : [batch, 8]
      input labels : i32[batch]
      block layer(x : [batch, 8], side : [batch, 8]) {
        param w : [8, 8]
        frozen param v : [8, 8]
        return x + relu(einsum("bi,io->bo", x, w)) + einsum("bi,io->bo", side, v)
      }
      param first, last : [8, 8]
      let x0 = einsum("bi,io->bo", x, first)
      let x1 = repeat layers layer(x0, x)
      loss cross_entropy(einsum("bi,io->bo", x1, last), labels)
      """;

  private final TrainingGraph good = TrainingGraph.of(read(TEXT));

  private static Graph read(String text) {
    return IrReader.read(new SourceFile("small.ir", text), Map.of(), IncludeResolver.NONE);
  }

  @Test
  void inputsAndFrozenParametersHaveNoGradients() {
    TrainingBody layer = good.sections().get(1);
    assertThat(layer.argumentGradients().get(0)).isNotNegative();
    assertThat(layer.argumentGradients().get(1)).isNegative();
    assertThat(layer.parameterGradients().get(0)).isNotNegative();
    assertThat(layer.parameterGradients().get(1)).isNegative();
    assertThat(good.sections().get(0).argumentGradients().stream().filter(g -> g >= 0)).hasSize(1);
  }

  @Test
  void aFrozenPartBeforeEverythingTrainableHasNoBackward() {
    String frozen = TEXT.replace("param first, last", "param last : [8, 8]\nfrozen param first");
    TrainingGraph training = TrainingGraph.of(read(frozen));
    assertThat(training.sections().get(0).backward()).isEmpty();
    assertThat(training.sections().get(0).saved()).isEmpty();
    assertThat(training.sections().get(1).argumentGradients().get(0)).isNotNegative();
  }

  @Test
  void t10EverySectionHasItsBackward() {
    broken("T10", good.sections().subList(0, 2));
    List<TrainingBody> swapped = new ArrayList<>(good.sections());
    swapped.set(0, good.sections().get(2));
    broken("T10", swapped);
  }

  @Test
  void t11TheLossHasAGradient() {
    TrainingBody head = good.sections().get(2);
    broken(
        "T11", withLast(Differentiate.body(head.forward(), BodyContext.nothing(head.forward()))));
  }

  @Test
  void t12TiedParametersHaveGradientsWhereTheyAreUsed() {
    TrainingBody head = good.sections().get(2);
    List<Boolean> onlyActivations =
        head.forward().arguments().stream()
            .map(a -> head.forward().value(a).type().batched())
            .toList();
    BodyContext context = new BodyContext(onlyActivations, List.of(true));
    broken("T12", withLast(Differentiate.body(head.forward(), context)));
  }

  private List<TrainingBody> withLast(TrainingBody body) {
    List<TrainingBody> sections = new ArrayList<>(good.sections());
    sections.set(2, body);
    return sections;
  }

  private void broken(String constraint, List<TrainingBody> sections) {
    TrainingGraph training = new TrainingGraph(good.graph(), sections);
    assertThatThrownBy(() -> TrainingGraphVerifier.verify(training))
        .isInstanceOf(CompilerBug.class)
        .hasMessageContaining(constraint + ":");
  }
}
