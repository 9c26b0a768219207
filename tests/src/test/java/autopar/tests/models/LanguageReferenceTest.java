package autopar.tests.models;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.diagnostics.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/ir.md shows is what the reader reads. */
final class LanguageReferenceTest {
  private static final Path PAGE = Path.of(System.getProperty("autopar.home"), "docs", "ir.md");

  @Test
  void theCompleteExampleIsAModel() throws IOException {
    String example = Files.readString(PAGE).split("```", 3)[1];
    assertThat(example).contains("model classifier");
    assertThat(ModelReader.read(new SourceFile("classifier.ir", example), Map.of()).layers())
        .isEqualTo(4);
  }

  /** Every code in the sources of the reader is explained on the page. */
  @Test
  void everyCodeOfTheReaderIsInTheTable() throws IOException {
    Path reader =
        Path.of(System.getProperty("autopar.home"), "frontend-ir/src/main/java/autopar/text");
    Set<String> raised = new TreeSet<>();
    try (Stream<Path> sources = Files.list(reader)) {
      for (Path source : sources.toList()) {
        Pattern.compile("\"(AP0[1-6]\\d\\d)\"")
            .matcher(Files.readString(source))
            .results()
            .forEach(m -> raised.add(m.group(1)));
      }
    }
    assertThat(raised).isNotEmpty();
    String page = Files.readString(PAGE);
    assertThat(raised).allSatisfy(code -> assertThat(page).contains(code));
  }

  /** Every op of the table, applied as the table says. */
  @Test
  void everyOpOfTheTableExists() {
    String text =
        """
        model every_op
        batch dim batch = 4
        dim s = 6, h = 8, n = 4, g = 2, d = 2, v = 10
        input x : [batch, s, h]
        input image : [batch, 8, 8, h]
        input ids : i32[batch, s]
        param table, w : [v, h]
        param gain, bias : [h]
        param kernel : [3, 3, h, h]
        let a = silu(relu(gelu_tanh(gelu(x)))) + tanh(sigmoid(exp(neg(x))))
        let b = log(sqrt(rsqrt(square(x) + 1.0))) - max(x, a)
        let c = layer_norm(a, gain, bias, eps = 1e-5) * rms_norm(b, gain)
        let q = reshape(c, shape = [batch, s, n, d])
        let k = slice(rope(q, theta = 10000.0), dim = 2, start = 0, length = g)
        let near = relative_position_buckets(
            queries = s, keys = s, buckets = v, max_distance = 16, bidirectional = true)
        let far = reduce_max(embedding(w, near), dims = [2], keep = [2])
        let scores = alibi(heads = n, queries = s, keys = s) + transpose(far, permutation = [2, 0, 1])
        let y = attention(q, k, k, scores, mask = prefix(2), scale = 0.5, dropout = 0.1)
        let z = softmax(reshape(y, shape = [batch, s, h]), scale = 2.0, mask = none)
        let e = embedding(table, ids) + embedding(table, positions(length = s))
        let joined = concat(z, e, broadcast(bias, shape = [batch, s, h]), dim = 1)
        let wide = pad(dropout(joined, rate = 0.1), dim = 1, low = 1, high = 1)
        let p = group_norm(conv2d(image, kernel, stride = 1, padding = 1), gain, bias, groups = 2)
        let m = max_pool(batch_norm(p, gain, bias), window = [2, 2], stride = 2)
        let o = reduce_mean(avg_pool(m, window = [3, 3], stride = 2, padding = 1), dims = [1, 2])
        let choice = top_k(softmax(einsum("bsh,vh->bsv", x, w)), k = 2)
        let slots = expert_slots(choice, capacity = g)
        let sent = as_real(as_f32(combine(dispatch(x, slots, capacity = g), slots, choice)))
        let logits = einsum("bsh,vh->bsv", sent + slice(wide, dim = 1, start = 1, length = s), table)
        let t = 0.5 * reduce_mean(reduce_sum(wide, dims = [1]), dims = [0, 1])
        output o, t
        loss cross_entropy(logits, ids)
        """;
    ShippedModelsTest.printsAndParsesBack(
        ModelReader.read(new SourceFile("every_op.ir", text), Map.of()));
  }
}
