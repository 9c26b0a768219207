package autopar.intraop;

import autopar.ir.graph.Node;
import autopar.ir.type.TensorType;
import autopar.strategy.AxisCode;
import autopar.strategy.AxisUse;
import autopar.strategy.NodeStrategies;
import java.util.Arrays;
import java.util.List;

/**
 * The sharding of every tensor of a body under a chosen option, as {@link AxisCode}s.
 *
 * <p>{@code values[v]} is how value v lies once it is complete (parameters: as first read); {@code
 * gradientAxes[v]} are the axes (bit mask) over which a parameter's gradient is partial; {@code
 * hubs[h]} are the sharding of hub h's value and that of its gradient.
 */
public record ChosenShardings(
    int[] values, int[] gradientAxes, int[][] factorOfAxis, int[][] hubs) {

  /** Decodes {@code option}; the search space must be the one it was found in. */
  public static ChosenShardings of(
      BodyStructure structure,
      int[] axisSizes,
      long batch,
      AxisUse use,
      int boundaryCode,
      LayerOption option) {
    int n = structure.body().values().size();
    int[] values = new int[n];
    int[] gradientAxes = new int[n];
    Arrays.fill(values, AxisCode.ALL_REPLICATED);
    for (int argument : structure.body().arguments()) {
      values[argument] = BoundaryCodes.on(boundaryCode, structure.body().value(argument).type());
    }
    int[][] factors = new int[structure.nodes()][];
    NodeStrategies[] strategies = new NodeStrategies[structure.nodes()];
    for (Node node : structure.body().nodes()) {
      int i = node.id();
      strategies[i] = structure.strategies(i, axisSizes, batch, use);
      int s = option.choice()[i];
      factors[i] = strategies[i].factorOfAxis()[s];
      for (int r = 0; r < node.results().size(); r++) {
        values[node.results().get(r)] = AxisCode.complete(strategies[i].result()[s][r]);
      }
    }
    for (BodyStructure.ParameterUse parameter : structure.parameters()) {
      NodeStrategies reader = strategies[parameter.node()];
      int s = option.choice()[parameter.node()];
      values[parameter.value()] = reader.operand()[s][parameter.operand()];
      gradientAxes[parameter.value()] =
          AxisCode.partialAxes(reader.operandGradient()[s][parameter.operand()]);
    }
    int[][] hubs = new int[structure.hubs()][];
    for (int h = 0; h < hubs.length; h++) {
      TensorType type = structure.body().value(structure.hubValue(h)).type();
      List<int[]> codes = HubCodes.of(type, axisSizes, batch, use);
      hubs[h] = codes.get(option.choice()[structure.nodes() + h]);
    }
    return new ChosenShardings(values, gradientAxes, factors, hubs);
  }
}
