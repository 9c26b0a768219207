package autopar.planner;

import autopar.schedule.ScheduleKind;
import autopar.training.RecomputeMode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Decisions taken before the search, one per key of {@code --force}; what is empty is free.
 *
 * <p>{@code microBatch} is per replica: the plan's micro-batch over its data shards. {@code layers}
 * (layers per stage), {@code widths} (devices per stage) and {@code meshes} (data x tensor per
 * stage) have one entry per stage, or are empty.
 */
public record Forced(
    OptionalInt tensor,
    OptionalInt data,
    OptionalInt stages,
    OptionalLong microBatch,
    Optional<ScheduleKind> schedule,
    OptionalInt virtualStages,
    Optional<RecomputeMode> recompute,
    OptionalInt zero,
    OptionalInt zeroGroup,
    Optional<Boolean> sequenceParallel,
    Optional<Boolean> overlapGradients,
    Optional<Boolean> fp32Gradients,
    Optional<AttentionKind> attention,
    Optional<String> software,
    List<Integer> layers,
    List<Integer> widths,
    List<MeshShape> meshes) {

  /** The mesh of one stage: {@code data} replicas of {@code tensor} devices. */
  public record MeshShape(int data, int tensor) {

    public int devices() {
      return Math.multiplyExact(data, tensor);
    }
  }

  /** Everything is free. */
  public static final Forced NOTHING =
      new Forced(
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          List.of());

  public Forced {
    layers = List.copyOf(layers);
    widths = List.copyOf(widths);
    meshes = List.copyOf(meshes);
  }

  /** The same decisions, but recomputation and ZeRO are free. */
  public Forced withoutMemoryChoices() {
    return new Forced(
        tensor,
        data,
        stages,
        microBatch,
        schedule,
        virtualStages,
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        sequenceParallel,
        overlapGradients,
        fp32Gradients,
        attention,
        software,
        layers,
        widths,
        meshes);
  }

  /** The number of stages, where a key says or implies it. */
  public OptionalInt stageCount() {
    if (stages.isPresent()) {
      return stages;
    }
    for (List<?> perStage : List.of(layers, widths, meshes)) {
      if (!perStage.isEmpty()) {
        return OptionalInt.of(perStage.size());
      }
    }
    return OptionalInt.empty();
  }

  /** The number of devices that all keys together imply; a stage without one is a single device. */
  public OptionalInt devices() {
    if (!meshes.isEmpty()) {
      return OptionalInt.of(meshes.stream().mapToInt(MeshShape::devices).sum());
    }
    if (!widths.isEmpty()) {
      return OptionalInt.of(widths.stream().mapToInt(w -> w).sum());
    }
    if (tensor.isEmpty() && data.isEmpty() && stageCount().isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(tensor.orElse(1) * data.orElse(1) * stageCount().orElse(1));
  }
}
