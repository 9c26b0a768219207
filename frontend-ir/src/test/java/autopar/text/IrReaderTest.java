package autopar.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Initializer;
import autopar.ir.graph.Node;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.op.Affine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class IrReaderTest {
  private static final String HEAD =
      """
      model small
      batch dim samples = 8
      dim hidden = 4 * quarter, quarter = 4
      input x, target : [samples, hidden]
      param w : [hidden, hidden]
      """;
  private static final String LOSS = "loss reduce_mean(square(y - target), dims = [0, 1])\n";

  @Test
  void dimsMayStandInAnyOrderAndBeOverridden() {
    String text = HEAD + "let y = einsum(\"bh,hk->bk\", x, w)\n" + LOSS;

    assertThat(read(text, Map.of()).parameterCount()).isEqualTo(256);
    assertThat(read(text, Map.of("quarter", 2L)).parameterCount()).isEqualTo(64);
    assertThat(read(text, Map.of("hidden", 3L)).parameterCount()).isEqualTo(9);
    assertThat(read(text, Map.of("samples", 5L)).defaultBatch()).isEqualTo(5);
  }

  @Test
  void unknownOverridesAreErrorsWithASuggestion() {
    String text = HEAD + "let y = einsum(\"bh,hk->bk\", x, w)\n" + LOSS;

    assertThatThrownBy(() -> read(text, Map.of("hiden", 3L)))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            e -> {
              assertThat(e.diagnostics()).extracting(Diagnostic::code).containsExactly("AP0304");
              assertThat(e.diagnostics().get(0).hint()).contains("did you mean 'hidden'?");
            });
  }

  @Test
  void silentInitializersFollowTheName() {
    Graph graph =
        read(
            HEAD
                + """
                param ln.gain, ln.bias, b : [hidden]
                param wide.bias : [hidden, hidden]
                let y = einsum("bh,hk->bk", rms_norm(x, ln.gain), w + wide.bias) + ln.bias * b
                """
                + LOSS,
            Map.of());

    assertThat(graph.parameters())
        .extracting(Parameter::initializer)
        .containsExactly(
            new Initializer.Normal(0.02),
            new Initializer.Constant(1),
            new Initializer.Constant(0),
            new Initializer.Constant(0),
            new Initializer.Constant(0));
  }

  @Test
  void constantsFoldAndScaleWithShiftIsOneNode() {
    Graph graph =
        read(
            HEAD + "let y = -2 * einsum(\"bh,hk->bk\", x, w) / sqrt(hidden) + 3 * 2\n" + LOSS,
            Map.of());

    List<Node> nodes = graph.sections().get(0).body().nodes();
    assertThat(nodes).extracting(Node::op).contains(new Affine(-0.5, 6));
    assertThat(nodes).extracting(Node::op).filteredOn(op -> op instanceof Affine).hasSize(1);
  }

  @Test
  void blocksInsideBlocksAreCopiedIn() {
    Graph graph =
        read(
            HEAD.replace("param w : [hidden, hidden]\n", "")
                + """
                block mix(a : [samples, hidden]) {
                  param w : [hidden, hidden]
                  return einsum("bh,hk->bk", a, w)
                }
                block layer(a : [samples, hidden]) {
                  return mix(a) + repeat 2 mix(a)
                }
                let y = repeat 3 layer(x)
                """
                + LOSS,
            Map.of());

    Section.Repeat layers = (Section.Repeat) graph.sections().get(0);
    assertThat(layers.body().parameters())
        .extracting(Parameter::name)
        .containsExactly("mix.w", "mix2.0.w", "mix2.1.w");
    assertThat(graph.layers()).isEqualTo(3);
  }

  @Test
  void aRepeatOfNothingIsNothing() {
    Graph graph =
        read(
            HEAD
                + """
                block layer(a : [samples, hidden]) {
                  param v : [hidden, hidden]
                  return einsum("bh,hk->bk", a, v)
                }
                let x0 = einsum("bh,hk->bk", x, w)
                let y = repeat quarter - 4 layer(x0)
                """
                + LOSS,
            Map.of());

    assertThat(graph.layers()).isZero();
    assertThat(graph.sections()).hasSize(1);
  }

  @Test
  void whatNothingNeedsIsLeftOut() {
    Reading reading =
        IrReader.analyze(
            source(HEAD + "let y = einsum(\"bh,hk->bk\", x, w)\nlet dead = relu(y)\n" + LOSS),
            Map.of(),
            IncludeResolver.NONE,
            Purpose.TRAINING);

    assertThat(reading.diagnostics()).extracting(Diagnostic::code).containsExactly("AP0509");
    assertThat(reading.graph().orElseThrow().sections().get(0).body().nodes())
        .extracting(Node::name)
        .doesNotContain("dead");
  }

  @Test
  void outputsAloneAreEnoughWhereNothingIsTrained() {
    String text = HEAD.replace(", target", "") + "let y = einsum(\"bh,hk->bk\", x, w)\noutput y\n";

    Reading any = IrReader.analyze(source(text), Map.of(), IncludeResolver.NONE, Purpose.ANY);
    Reading training =
        IrReader.analyze(source(text), Map.of(), IncludeResolver.NONE, Purpose.TRAINING);

    assertThat(any.graph().orElseThrow().outputs()).hasSize(1);
    assertThat(training.diagnostics()).extracting(Diagnostic::code).containsExactly("AP0503");
  }

  @Test
  void includesStandForTheirText() {
    Graph graph =
        IrReader.read(
            source(
                HEAD.replace("dim hidden = 4 * quarter, quarter = 4\n", "include \"dims.ir\"\n")
                    + "let y = einsum(\"bh,hk->bk\", x, w)\n"
                    + LOSS),
            Map.of(),
            (from, path) -> new SourceFile(path, "dim hidden = 7\n"));

    assertThat(graph.dims()).containsExactly(Map.entry("hidden", 7L));
  }

  @Test
  void printedGraphsReadBackWithAnyNameOfTheBatch() {
    Graph graph =
        read(
            HEAD
                + """
                frozen param table : [hidden, hidden] = uniform(-1, 0.5)
                let r = reshape(x, shape = [samples * quarter, quarter])
                let s = reshape(r, shape = [samples, hidden])
                let y = einsum("bh,hk->bk", dropout(s, rate = 0.1), w + table)
                """
                + LOSS
                + "output s\n",
            Map.of());

    String printed = IrPrinter.print(graph);

    assertThat(IrPrinter.print(read(printed, Map.of()))).isEqualTo(printed);
    assertThat(printed).contains("shape = [4 * samples, 4]");
  }

  private static SourceFile source(String text) {
    return new SourceFile("small.ir", text);
  }

  private static Graph read(String text, Map<String, Long> overrides) {
    return IrReader.read(source(text), overrides, IncludeResolver.NONE);
  }
}
