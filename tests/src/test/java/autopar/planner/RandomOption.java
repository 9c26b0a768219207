package autopar.planner;

import autopar.intraop.BodyStructure;
import autopar.intraop.HubCodes;
import autopar.intraop.LayerOption;
import autopar.ir.graph.Node;
import autopar.ir.type.TensorType;
import autopar.strategy.AxisUse;
import autopar.training.RecomputeMode;
import java.util.Random;

/** A way to run a body with a random strategy for each of its variables. */
final class RandomOption {

  private RandomOption() {}

  /** Any axis may be put to any use, per node. */
  static LayerOption of(BodyStructure structure, int[] axisSizes, long batch, Random random) {
    int[] choice = new int[structure.variables()];
    for (Node node : structure.body().nodes()) {
      int i = node.id();
      choice[i] = random.nextInt(structure.strategies(i, axisSizes, batch, AxisUse.FREE).count());
    }
    for (int h = 0; h < structure.hubs(); h++) {
      TensorType type = structure.body().value(structure.hubValue(h)).type();
      int codes = HubCodes.of(type, axisSizes, batch, AxisUse.FREE).size();
      choice[structure.nodes() + h] = random.nextInt(codes);
    }
    return priced(choice);
  }

  /** Nobody asks what it costs, but shares of a stage's time are taken. */
  private static LayerOption priced(int[] choice) {
    int modes = RecomputeMode.values().length;
    return new LayerOption(
        0,
        choice,
        1e-3,
        0,
        2e-3,
        0,
        new double[modes],
        new double[modes],
        new double[modes],
        new double[modes],
        new double[8],
        new double[8],
        new double[8],
        new double[8],
        0);
  }
}
