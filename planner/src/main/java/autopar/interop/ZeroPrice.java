package autopar.interop;

import autopar.cluster.GroupShape;
import autopar.cluster.MemoryHabits;
import autopar.cost.Collective;
import autopar.cost.CostModel;
import autopar.intraop.LayerOption;
import autopar.strategy.PricedMesh;

/**
 * What one ZeRO stage costs for one layer option: bytes of states, seconds of collectives.
 *
 * <p>Stage 0 all-reduces gradients once per step. Stage 1 reduce-scatters them once and gathers
 * updated parameters once. Stage 2 reduce-scatters gradients every micro-batch. Stage 3 also
 * gathers parameters before every forward and backward (arXiv:1910.02054). Stage 2 with full-size
 * accumulators holds and moves exactly what stage 1 does, and is counted there. Where a ZeRO group
 * spans only some of the replicas, gradients are summed between the groups after they are scattered
 * inside them.
 */
record ZeroPrice(
    double parameterBytes,
    double gradientBytes,
    double optimizerBytes,
    double gatheredBytes,
    double copyBytes,
    double forwardGather,
    double backwardSync,
    double stepSync,
    double update) {

  static ZeroPrice of(
      Workpiece work, PricedMesh mesh, LayerOption option, int zero, boolean tiedElsewhere) {
    CostModel cost = work.cost().on(mesh.kinds());
    Workpiece.StateBytes bytes = work.parameterBytes();
    double parameters = option.frozenElements() * bytes.weight();
    double gradients = 0;
    double optimizer = 0;
    double gathered = 0;
    double copies = 0;
    double forwardGather = 0;
    double backwardSync = 0;
    double stepSync = 0;
    double updated = 0;
    for (int mask = 0; mask < option.trainableElements().length; mask++) {
      double elements =
          option.trainableElements()[mask] - (tiedElsewhere ? option.tiedElements()[mask] : 0);
      if (elements == 0) {
        continue;
      }
      double weight = elements * bytes.weight();
      double gradient = elements * bytes.gradient();
      int replicas = mask == 0 ? 1 : mesh.span(mask);
      int shards = groupOf(replicas, work.zeroGroup());
      double part = scattered(option, mask, tiedElsewhere, elements, replicas, shards);
      parameters += (zero >= 3 ? part : elements) * bytes.weight();
      gradients += (zero >= 2 ? part : elements) * bytes.gradient();
      optimizer += (zero >= 1 ? part : elements) * work.optimizerBytesOnDevice();
      updated += zero >= 1 ? part : elements;
      copies += copies(work, elements, zero >= 1 ? part : elements);
      copies +=
          zero >= 2
              ? work.cost().software().memory().wholeGradients()
                  * (elements - part)
                  * bytes.gradient()
              : 0;
      if (replicas == 1) {
        continue;
      }
      gathered += zero >= 3 ? weight : 0;
      GroupShape all = mesh.groups()[mask];
      GroupShape group = shards < replicas ? all.part(shards) : all;
      double reduce = cost.bucketedSeconds(Collective.REDUCE_SCATTER, gradient, group);
      double gather = cost.bucketedSeconds(Collective.ALL_GATHER, weight, group);
      if (shards < replicas && zero > 0) {
        reduce +=
            cost.bucketedSeconds(Collective.ALL_REDUCE, gradient / shards, all.acrossParts(shards));
      }
      switch (zero) {
        case 0 -> stepSync += cost.bucketedSeconds(Collective.ALL_REDUCE, gradient, all);
        case 1 -> stepSync += reduce + gather;
        case 2 -> {
          backwardSync += reduce;
          stepSync += gather;
        }
        default -> {
          forwardGather += gather;
          backwardSync += reduce + gather;
        }
      }
    }
    double update = work.updateSeconds(updated, mesh);
    return new ZeroPrice(
        parameters,
        gradients,
        optimizer,
        gathered,
        copies,
        forwardGather,
        backwardSync,
        stepSync,
        update);
  }

  /** Ranks of one ZeRO group: groups are equal parts of the replicas. */
  private static int groupOf(int replicas, int most) {
    int size = Math.min(replicas, most);
    while (replicas % size != 0) {
      size--;
    }
    return size;
  }

  /** Elements of the longest shard where states are split over {@code shards} of the replicas. */
  private static double scattered(
      LayerOption option,
      int mask,
      boolean tiedElsewhere,
      double elements,
      int replicas,
      int shards) {
    if (shards < replicas) {
      return elements / shards;
    }
    double tied = tiedElsewhere ? option.tiedScatteredElements()[mask] : 0;
    return option.scatteredElements()[mask] - tied;
  }

  /** Bytes that software holds beside gradients and states; they are in no tensor of a plan. */
  private static double copies(Workpiece work, double elements, double updated) {
    MemoryHabits habits = work.cost().software().memory();
    return switch (work.precision()) {
      case BF16 ->
          habits.bf16GradientBytes() > 0
              ? elements
                  * Math.max(0, habits.bf16GradientBytes() - work.parameterBytes().gradient())
              : updated * habits.stepBytes();
      case FP16 -> updated * habits.stepBytes();
      case FP32, FP8 -> 0;
    };
  }

  double staticBytes() {
    return parameterBytes + gradientBytes + optimizerBytes + copyBytes;
  }
}
