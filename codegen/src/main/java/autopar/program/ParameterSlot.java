package autopar.program;

import autopar.ir.graph.Initializer;
import autopar.ir.type.TensorType;
import java.util.List;
import java.util.OptionalInt;

/**
 * A parameter of a stage and the buffers that belong to it.
 *
 * @param value buffer of the parameter as it is stored
 * @param gradient accumulator of its gradient, absent where it is frozen
 * @param master buffer of its fp32 copy, where the run has another precision
 * @param states buffers of the optimizer's states, in the optimizer's order
 * @param stateNames their names, {@code exp_avg}
 */
public record ParameterSlot(
    String name,
    TensorType type,
    Initializer initializer,
    int value,
    OptionalInt gradient,
    OptionalInt master,
    List<Integer> states,
    List<String> stateNames) {

  public ParameterSlot {
    states = List.copyOf(states);
    stateNames = List.copyOf(stateNames);
  }

  public boolean trained() {
    return gradient.isPresent();
  }
}
