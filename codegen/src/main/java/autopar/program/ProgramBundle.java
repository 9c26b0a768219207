package autopar.program;

import autopar.ir.graph.Value;
import autopar.ir.type.Precision;
import autopar.schedule.ScheduleOrder;
import autopar.training.Optimizer;
import java.util.List;

/**
 * The programs of a plan: one per stage, which its ranks share, and the transfers between them.
 *
 * @param ranks number of world ranks, idle ones included
 * @param hosts the host of each rank
 */
public record ProgramBundle(
    String model,
    Precision precision,
    Optimizer optimizer,
    long globalBatch,
    long microBatch,
    List<Value> inputs,
    int ranks,
    List<Integer> hosts,
    ScheduleOrder order,
    List<StageProgram> stages,
    List<Transfer> transfers) {

  public ProgramBundle {
    inputs = List.copyOf(inputs);
    hosts = List.copyOf(hosts);
    stages = List.copyOf(stages);
    transfers = List.copyOf(transfers);
  }

  /** Elements of one sample of an input. */
  public long perSample(String input) {
    for (Value value : inputs) {
      if (value.name().equals(input)) {
        return value.type().elements(1);
      }
    }
    throw new IllegalArgumentException("no input '" + input + "'");
  }

  /** Samples in micro-batch {@code index}; the last one may be short. */
  public long samples(int index) {
    return Math.min(microBatch, globalBatch - index * microBatch);
  }

  /** The stage of {@code rank}, or -1 for an idle one. */
  public int stageOf(int rank) {
    for (StageProgram stage : stages) {
      if (stage.mesh().ranks().contains(rank)) {
        return stage.index();
      }
    }
    return -1;
  }

  /** The messages of transfer {@code id} when {@code batch} samples are under way. */
  public TransferRoute route(int id, long batch) {
    Transfer transfer = transfers.get(id);
    return TransferRoute.of(
        transfer,
        stages.get(transfer.fromStage()).mesh(),
        stages.get(transfer.toStage()).mesh(),
        hosts,
        batch);
  }
}
