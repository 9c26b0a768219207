package autopar.tests.torch;

import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Value;
import autopar.ir.type.ElementType;
import autopar.runtime.CounterRandom;
import autopar.runtime.reference.ReferenceInterpreter;
import autopar.runtime.reference.ReferenceParameters;
import autopar.runtime.reference.Tensor;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model at a small size, with something for one micro-batch to compute.
 *
 * @param parameters by name
 * @param inputs by name; one label in four is masked, that is -1
 */
record SmallModel(
    Graph graph, long batch, Map<String, Tensor> parameters, Map<String, Tensor> inputs) {

  private static final long BATCH = 3;
  private static final long SEED = 17;

  /** Reads what a line such as {@code "gpt layers=2 seq=6"} says, with parameters far from zero. */
  static SmallModel read(String line) {
    return read(line, 0.3);
  }

  /**
   * Reads what a line says.
   *
   * @param spread standard deviation of what is added to initial parameters, gains and biases too
   */
  static SmallModel read(String line, double spread) {
    String[] words = line.split(" ", -1);
    Map<String, Long> sizes = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      String[] size = words[i].split("=", 2);
      sizes.put(size[0], Long.parseLong(size[1]));
    }
    return of(source(words[0]), sizes, spread);
  }

  /** What {@code text} says, at its own sizes. */
  static SmallModel of(String text) {
    return of(new SourceFile("small.ir", text), Map.of(), 0.3);
  }

  private static SmallModel of(SourceFile source, Map<String, Long> sizes, double spread) {
    Graph graph = IrReader.read(source, sizes, IncludeResolver.NONE);
    return new SmallModel(graph, BATCH, parameters(graph, spread), inputs(graph));
  }

  private static SourceFile source(String model) {
    Path file = Path.of(System.getProperty("autopar.home"), "models", model + ".ir");
    try {
      return new SourceFile(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The size called {@code name}. */
  int dim(String name) {
    return Math.toIntExact(graph.dims().get(name));
  }

  /** Inputs as the reference executor takes them: by id of the graph's value. */
  Map<Integer, Tensor> inputsById() {
    Map<Integer, Tensor> byId = new HashMap<>();
    graph.inputs().forEach(v -> byId.put(v.id(), inputs.get(v.name())));
    return byId;
  }

  private static Map<String, Tensor> parameters(Graph graph, double spread) {
    Map<String, Tensor> drawn = ReferenceParameters.draw(graph, SEED);
    drawn.replaceAll((name, tensor) -> {
      long key = CounterRandom.key(SEED + 1, name);
      return Tensor.filled(
          tensor.shape(), i -> tensor.data()[i] + spread * CounterRandom.gaussian(key, i));
    });
    return drawn;
  }

  private static Map<String, Tensor> inputs(Graph graph) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      int[] shape = new ReferenceInterpreter(BATCH, 0).shape(input.type());
      long key = CounterRandom.key(SEED + 2, input.name());
      if (input.type().element() == ElementType.INT32) {
        boolean label = input.name().equals("labels") || input.name().equals("order");
        long classes = classes(graph, input.name());
        inputs.put(
            input.name(),
            Tensor.filled(
                shape,
                i ->
                    label && i % 4 == 1 ? -1 : Math.floorMod(CounterRandom.bits(key, i), classes)));
      } else {
        inputs.put(input.name(), Tensor.filled(shape, i -> CounterRandom.gaussian(key, i)));
      }
    }
    return inputs;
  }

  private static long classes(Graph graph, String input) {
    return switch (input) {
      case "segment", "order" -> 2;
      default -> graph.dims().getOrDefault("vocab", graph.dims().getOrDefault("classes", 0L));
    };
  }
}
