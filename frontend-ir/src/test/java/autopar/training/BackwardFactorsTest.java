package autopar.training;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.graph.BodyBuilder;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Einsum;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryKind;
import autopar.ir.type.Extent;
import autopar.sharding.Factor;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BackwardFactorsTest {

  @Test
  void aSumOfGradientsOfAProductHasTheProductsLetters() {
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", BodyBuilder.real(Extent.batch(1), Extent.of(4)));
    int w = b.parameter("w", 4, 8);
    int h = b.node("h", Einsum.of("bi,io->bo"), x, w);
    int g = b.node("g", new Unary(UnaryKind.GELU), h);
    TrainingBody body =
        Differentiate.body(b.returning(b.node("y", new Binary(BinaryKind.ADD), h, g)));
    TrainingBodyVerifier.verify(body);
    TrainingNode sum =
        body.backward().stream()
            .filter(n -> BackwardFactors.isSum(n.op()))
            .findFirst()
            .orElseThrow();
    FactorRule rule = BackwardFactors.of(body, sum);
    assertThat(rule.factors())
        .contains(new Factor("o", Extent.of(8), FactorKind.PASS_THROUGH))
        .contains(new Factor("b", Extent.batch(1), FactorKind.PASS_THROUGH));
    List<List<Integer>> dims = List.of(List.of(rule.indexOf("b")), List.of(rule.indexOf("o")));
    assertThat(rule.operands()).containsExactly(dims, dims);
    assertThat(rule.results()).containsExactly(dims);
  }
}
