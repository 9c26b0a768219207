package autopar.runtime.reference;

import autopar.ir.graph.Graph;
import autopar.ir.graph.Initializer;
import autopar.ir.graph.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The parameters of a model as its initializers draw them. */
public final class ReferenceParameters {

  private ReferenceParameters() {}

  /** Every parameter by name; each has a generator of its own, so that order does not matter. */
  public static Map<String, Tensor> draw(Graph graph, long seed) {
    Map<String, Tensor> drawn = new LinkedHashMap<>();
    InstanceNames.parameters(graph)
        .forEach((name, parameter) -> drawn.put(name, draw(name, parameter, seed)));
    return drawn;
  }

  private static Tensor draw(String name, Parameter parameter, long seed) {
    Random random = new Random(seed * 31 + name.hashCode());
    int[] shape = new ReferenceInterpreter(1, 0).shape(parameter.value().type());
    return Tensor.filled(
        shape,
        i ->
            switch (parameter.initializer()) {
              case Initializer.Normal normal -> normal.standardDeviation() * random.nextGaussian();
              case Initializer.Uniform u -> u.low() + (u.high() - u.low()) * random.nextDouble();
              case Initializer.Constant constant -> constant.value();
            });
  }
}
