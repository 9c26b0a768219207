package autopar.samples;

import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Models for tests: small texts, and the tiny models of the project with other sizes. */
public final class SampleGraphs {

  private static final Path HOME = Path.of(System.getProperty("autopar.home"));

  private SampleGraphs() {}

  /** The graph of a text. */
  public static Graph of(String text) {
    return IrReader.read(new SourceFile("sample.ir", text), Map.of(), IncludeResolver.NONE);
  }

  /** One of gpt, llama, bert, t5, mlp and conv, with other sizes of dims. */
  public static Graph tiny(String family, Map<String, Long> overrides) {
    return read(HOME.resolve("tests/src/test/resources/models/" + family + "-tiny.ir"), overrides);
  }

  /** A shipped model with other sizes of dims. */
  public static Graph shipped(String name, Map<String, Long> overrides) {
    return read(HOME.resolve("models/" + name + ".ir"), overrides);
  }

  /**
   * A chain of residual perceptrons: {@code narrow} layers of {@code ffn} features, then {@code
   * wide} layers of four times as many, between an input and an output product.
   */
  public static Graph perceptrons(int narrow, int wide, int hidden, int ffn) {
    return of(
        """
        model perceptrons
        batch dim batch = 64
        dim inputs = 512, hidden = %d, ffn = %d, broad = 4 * ffn, outputs = 1024
        input features : [batch, inputs]
        input targets : [batch, outputs]
        block narrow(x : [batch, hidden]) {
          param w1 : [hidden, ffn]
          param w2 : [ffn, hidden]
          return x + einsum("bf,fh->bh", relu(einsum("bh,hf->bf", x, w1)), w2)
        }
        %s
        param w_in : [inputs, hidden]
        param w_out : [hidden, outputs]
        let x0 = einsum("bi,ih->bh", features, w_in)
        let x1 = repeat %d narrow(x0)
        %s
        let y = einsum("bh,ho->bo", x2, w_out)
        loss reduce_mean(square(y - targets), dims = [0, 1])
        """
            .formatted(
                hidden,
                ffn,
                wide == 0
                    ? ""
                    : """
                    block wide(x : [batch, hidden]) {
                      param w1 : [hidden, broad]
                      param w2 : [broad, hidden]
                      return x + einsum("bf,fh->bh", relu(einsum("bh,hf->bf", x, w1)), w2)
                    }
                    """,
                narrow,
                wide == 0 ? "let x2 = relu(x1)" : "let x2 = repeat " + wide + " wide(x1)"));
  }

  private static Graph read(Path file, Map<String, Long> overrides) {
    try {
      SourceFile source = new SourceFile(file.getFileName().toString(), Files.readString(file));
      return IrReader.read(
          source,
          overrides,
          (from, path) -> {
            try {
              return new SourceFile(path, Files.readString(file.resolveSibling(path)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
