package autopar.interop;

import autopar.cost.CostModel;
import autopar.ir.type.Precision;
import autopar.schedule.ScheduleKind;
import autopar.strategy.AxisUse;
import autopar.strategy.PricedMesh;
import autopar.training.Optimizer;
import autopar.training.RecomputeMode;
import java.util.List;

/**
 * What is being planned and the decisions that are fixed beforehand.
 *
 * @param zeroGroup most devices one ZeRO group may span; {@code Integer.MAX_VALUE} for all
 * @param parameterBytes bytes per parameter of weights, gradients and optimizer states
 * @param offloadOptimizer optimizer states live in host memory, and the CPUs update
 * @param memory bytes a device may use, context and communicators included
 */
public record Workpiece(
    Chain chain,
    CostModel cost,
    long globalBatch,
    Precision precision,
    Optimizer optimizer,
    StateBytes parameterBytes,
    ScheduleKind schedule,
    int virtualStages,
    AxisUse axisUse,
    List<RecomputeMode> recompute,
    List<Integer> zero,
    int zeroGroup,
    boolean overlapGradients,
    boolean offloadOptimizer,
    MemoryLimits memory) {

  /**
   * Seconds of the optimizer step over {@code elements} local parameters of a stage on {@code
   * mesh}. Offloaded (ZeRO-Offload, arXiv:2101.06840): gradients go down and weights come up the
   * host link, and the CPUs, shared by the devices of a host, stream weights, gradients and states.
   */
  public double updateSeconds(double elements, PricedMesh mesh) {
    CostModel here = cost.on(mesh.kinds());
    if (!offloadOptimizer) {
      return here.updateSeconds(elements, optimizer);
    }
    double moved = elements * (parameterBytes.gradient() + parameterBytes.weight());
    double streamed = elements * (parameterBytes.gradient() + 2 * parameterBytes.optimizer());
    int sharing = Math.min(mesh.devices(), cost.cluster().mostPerHost(mesh.kinds()));
    return here.hostUpdateSeconds(moved, streamed, sharing);
  }

  /** The same work with other recompute modes and ZeRO stages to choose from. */
  Workpiece with(List<RecomputeMode> modes, List<Integer> zeroStages) {
    return new Workpiece(
        chain,
        cost,
        globalBatch,
        precision,
        optimizer,
        parameterBytes,
        schedule,
        virtualStages,
        axisUse,
        modes,
        zeroStages,
        zeroGroup,
        overlapGradients,
        offloadOptimizer,
        memory);
  }

  /** Bytes of optimizer state per parameter element that stay on the device. */
  public double optimizerBytesOnDevice() {
    return offloadOptimizer ? 0 : parameterBytes.optimizer();
  }

  /** Bytes per parameter element: weight, gradient, and all optimizer states together. */
  public record StateBytes(double weight, double gradient, double optimizer) {
    public double total() {
      return weight + gradient + optimizer;
    }
  }

  /** Micro-batches per step when {@code microBatch} samples enter a stage together. */
  public int microBatches(int microBatch) {
    return (int) ((globalBatch + microBatch - 1) / microBatch);
  }

  /** Micro-batches in flight on the stage that is {@code fromEnd} stages from the end (last: 1). */
  public double inFlight(int fromEnd, int stages, int microBatches) {
    return switch (schedule) {
      case GPIPE -> microBatches;
      case ONE_FORWARD_ONE_BACKWARD -> Math.min(microBatches, fromEnd);
      case INTERLEAVED -> {
        if (virtualStages == 1) {
          yield Math.min(microBatches, fromEnd);
        }
        // Warm-up of Megatron's interleaved schedule, in chunks of 1/virtualStages of a stage
        // (SC'21, arXiv:2104.04473): 2 (fromEnd - 1) + (v - 1) p + 1.
        double chunks = 2.0 * (fromEnd - 1) + (virtualStages - 1.0) * stages + 1;
        yield Math.min(microBatches, chunks / virtualStages);
      }
    };
  }
}
