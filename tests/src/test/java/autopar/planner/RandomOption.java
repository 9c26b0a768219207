package autopar.planner;

import autopar.intraop.BodyStructure;
import autopar.intraop.HubCodes;
import autopar.intraop.LayerOption;
import autopar.ir.graph.Node;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import autopar.strategy.AxisUse;
import autopar.strategy.NodeStrategies;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A way to run a body with a random strategy for each of its variables. */
final class RandomOption {

  /** Kernels finish internal reductions that are split over ranks. */
  private static final boolean INTERNAL_REDUCTIONS =
      Boolean.parseBoolean(System.getProperty("autopar.randomPlans.reductions", "true"));

  private final BodyStructure structure;
  private final int[] axisSizes;

  private RandomOption(BodyStructure structure, int[] axisSizes) {
    this.structure = structure;
    this.axisSizes = axisSizes;
  }

  /** Any axis may be put to any use, per node. */
  static LayerOption of(BodyStructure structure, int[] axisSizes, long batch, Random random) {
    RandomOption option = new RandomOption(structure, axisSizes);
    int[] choice = new int[structure.variables()];
    for (Node node : structure.body().nodes()) {
      int i = node.id();
      NodeStrategies all = structure.strategies(i, axisSizes, batch, AxisUse.FREE);
      List<Integer> allowed = new ArrayList<>();
      for (int s = 0; s < all.count(); s++) {
        if (INTERNAL_REDUCTIONS || !option.reducesInside(i, all.factorOfAxis()[s])) {
          allowed.add(s);
        }
      }
      choice[i] = allowed.get(random.nextInt(allowed.size()));
    }
    for (int h = 0; h < structure.hubs(); h++) {
      var type = structure.body().value(structure.hubValue(h)).type();
      int codes = HubCodes.of(type, axisSizes, batch, AxisUse.FREE).size();
      choice[structure.nodes() + h] = random.nextInt(codes);
    }
    return priced(choice);
  }

  /** Is an axis on a factor that the node or one of its gradients reduces by itself? */
  private boolean reducesInside(int node, int[] factorOfAxis) {
    for (int axis = 0; axis < axisSizes.length; axis++) {
      int factor = factorOfAxis[axis];
      if (factor < 0) {
        continue;
      }
      FactorRule own = structure.rule(node);
      String name = own.factors().get(factor).name();
      if (reduces(own, name)
          || structure.backward(node).stream().anyMatch(k -> reduces(k.rule(), name))) {
        return true;
      }
    }
    return false;
  }

  private static boolean reduces(FactorRule rule, String factor) {
    int f = rule.indexOf(factor);
    return f >= 0 && rule.factors().get(f).kind() == FactorKind.INTERNAL_REDUCTION;
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
