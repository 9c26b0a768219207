package autopar.runtime.reference;

import autopar.ir.graph.Graph;
import autopar.ir.graph.Parameter;
import autopar.runtime.InitialValues;
import java.util.LinkedHashMap;
import java.util.Map;

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
    long key = InitialValues.key(seed, name);
    int[] shape = new ReferenceInterpreter(1, 0).shape(parameter.value().type());
    return Tensor.filled(shape, i -> InitialValues.element(parameter.initializer(), key, i));
  }
}
