package autopar.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * The order in which every stage runs its passes.
 *
 * <p>All three schedules have one form: a stage runs {@code warmup} forwards, then alternates one
 * forward and one backward, then drains its backwards. Forwards and backwards each follow one
 * common sequence of (chunk, micro-batch). The warm-up is everything for gpipe, {@code p - 1 - s}
 * for 1F1B and {@code 2 (p - 1 - s) + (v - 1) p} for the interleaved schedule, whose sequence takes
 * micro-batches in groups of {@code p} through each chunk in turn (Megatron-LM, SC'21 section 2.2).
 *
 * <p>The interleaved schedule of the paper needs {@code m} to be a multiple of {@code p}. Here any
 * count is fine: the order is that of the next multiple with the absent micro-batches left out,
 * which keeps it free of deadlock (an order without cycles stays so when passes are removed).
 */
public final class ScheduleOrder {
  private final ScheduleKind kind;
  private final int stages;
  private final int virtualStages;
  private final int microBatches;
  private final int slots;

  private ScheduleOrder(ScheduleKind kind, int stages, int virtualStages, int microBatches) {
    this.kind = kind;
    this.stages = stages;
    this.virtualStages = virtualStages;
    this.microBatches = microBatches;
    int padded = virtualStages == 1 ? microBatches : Math.ceilDiv(microBatches, stages) * stages;
    this.slots = Math.multiplyExact(padded, virtualStages);
  }

  /**
   * The order of {@code kind} over {@code stages} stages.
   *
   * @throws IllegalArgumentException if a count is below 1, or there are several virtual stages and
   *     the schedule is not interleaved
   */
  public static ScheduleOrder of(
      ScheduleKind kind, int stages, int virtualStages, int microBatches) {
    if (stages < 1 || virtualStages < 1 || microBatches < 1) {
      throw new IllegalArgumentException(
          "stages, virtual stages and micro-batches must be at least 1: "
              + stages
              + ", "
              + virtualStages
              + ", "
              + microBatches);
    }
    if (virtualStages > 1 && kind != ScheduleKind.INTERLEAVED) {
      throw new IllegalArgumentException(
          "only the interleaved schedule has virtual stages, not " + kind.text());
    }
    return new ScheduleOrder(kind, stages, virtualStages, microBatches);
  }

  public int stages() {
    return stages;
  }

  public int virtualStages() {
    return virtualStages;
  }

  public int microBatches() {
    return microBatches;
  }

  /** Forward slots of a stage, those of absent micro-batches included. */
  int slots() {
    return slots;
  }

  /** Forward slots that {@code stage} runs before its first backward slot's forward. */
  int warmup(int stage) {
    int toTheEnd = stages - 1 - stage;
    return switch (kind) {
      case GPIPE -> slots;
      case ONE_FORWARD_ONE_BACKWARD -> Math.min(slots, toTheEnd);
      case INTERLEAVED ->
          virtualStages == 1
              ? Math.min(slots, toTheEnd)
              : (int) Math.min(slots, 2L * toTheEnd + (virtualStages - 1L) * stages);
    };
  }

  /** Chunk of the n-th forward slot; the n-th backward slot has the mirrored chunk. */
  int chunkOfSlot(int slot) {
    return virtualStages == 1 ? 0 : slot / stages % virtualStages;
  }

  /** Micro-batch of the n-th slot; at least {@link #microBatches()} if it is absent. */
  int microBatchOfSlot(int slot) {
    return virtualStages == 1 ? slot : slot / (stages * virtualStages) * stages + slot % stages;
  }

  /** The passes of {@code stage} in the order it runs them. */
  public List<Pass> passes(int stage) {
    checkStage(stage);
    List<Pass> passes = new ArrayList<>(2 * microBatches * virtualStages);
    int warmup = warmup(stage);
    for (int slot = 0; slot < slots + warmup; slot++) {
      if (slot < slots && microBatchOfSlot(slot) < microBatches) {
        passes.add(new Pass(Phase.FORWARD, chunkOfSlot(slot), microBatchOfSlot(slot)));
      }
      int back = slot - warmup;
      if (back >= 0 && microBatchOfSlot(back) < microBatches) {
        passes.add(
            new Pass(
                Phase.BACKWARD, virtualStages - 1 - chunkOfSlot(back), microBatchOfSlot(back)));
      }
    }
    return passes;
  }

  /**
   * The largest number of forward passes whose backward has not run yet on {@code stage}, over all
   * its chunks: micro-batches in flight times chunks.
   */
  public int inFlightPeak(int stage) {
    checkStage(stage);
    if (virtualStages == 1) {
      return Math.min(microBatches, warmup(stage) + 1);
    }
    long[] one = new long[virtualStages];
    java.util.Arrays.fill(one, 1);
    return (int) heldPeak(stage, one);
  }

  /**
   * The largest sum of what {@code stage} holds for backward, when one pass through chunk {@code c}
   * holds {@code heldByChunk[c]} (bytes, say).
   */
  public long heldPeak(int stage, long[] heldByChunk) {
    checkStage(stage);
    if (heldByChunk.length != virtualStages) {
      throw new IllegalArgumentException(
          heldByChunk.length + " chunks given for " + virtualStages + " virtual stages");
    }
    if (virtualStages == 1) {
      return Math.multiplyExact(heldByChunk[0], (long) inFlightPeak(stage));
    }
    long held = 0;
    long peak = 0;
    for (Pass pass : passes(stage)) {
      if (pass.phase() == Phase.FORWARD) {
        held = Math.addExact(held, heldByChunk[pass.chunk()]);
        peak = Math.max(peak, held);
      } else {
        held -= heldByChunk[pass.chunk()];
      }
    }
    return peak;
  }

  private void checkStage(int stage) {
    if (stage < 0 || stage >= stages) {
      throw new IllegalArgumentException("stage " + stage + " of " + stages);
    }
  }
}
