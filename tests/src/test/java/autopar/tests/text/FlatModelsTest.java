package autopar.tests.text;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.diagnostics.SourceFile;
import autopar.ir.graph.FindLayers;
import autopar.ir.graph.Graph;
import autopar.ir.graph.GraphExpansion;
import autopar.ir.graph.GraphVerifier;
import autopar.text.IncludeResolver;
import autopar.text.IrPrinter;
import autopar.text.IrReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shipped models written out as one flat text are recognised as layers again. */
final class FlatModelsTest {
  private static final Path MODELS = Path.of(System.getProperty("autopar.home"), "models");

  @ParameterizedTest
  @CsvSource({"opt-66b, 64", "llama-7b, 32", "bloom-560m, 24", "t5-small, 12", "mlp, 8"})
  void layersAreFoundInFlatText(String name, int layers) throws IOException {
    Graph graph = read(Files.readString(MODELS.resolve(name + ".ir")));
    Graph flat = read(IrPrinter.print(GraphExpansion.of(graph)));

    Graph found = FindLayers.in(flat);

    GraphVerifier.verify(found);
    assertThat(flat.layers()).isZero();
    assertThat(found.layers()).isEqualTo(layers);
    assertThat(found.parameterCount()).isEqualTo(graph.parameterCount());
    assertThat(IrPrinter.print(read(IrPrinter.print(found)))).isEqualTo(IrPrinter.print(found));
  }

  private static Graph read(String text) {
    return IrReader.read(new SourceFile("m.ir", text), Map.of(), IncludeResolver.NONE);
  }
}
