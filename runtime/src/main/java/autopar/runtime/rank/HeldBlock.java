package autopar.runtime.rank;

import autopar.program.Box;
import autopar.program.Buffer;
import autopar.program.ParameterSlot;
import autopar.program.ProgramBundle;
import autopar.program.StageMesh;
import autopar.program.StageProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A block of a whole tensor that one rank answers for: of several ranks that hold copies, the first
 * one does.
 *
 * @param rank world rank
 * @param buffer of the rank's stage
 * @param tensor name of the whole tensor
 */
record HeldBlock(int rank, int buffer, String tensor, ParameterSlot slot, Box box) {

  /**
   * What the ranks of a bundle answer for, in the order of stages and ranks.
   *
   * @param buffers of a slot, by the name of their tensor
   * @param everyStage whether each stage that holds a tensor counts, or only the first one
   */
  static List<HeldBlock> of(
      ProgramBundle bundle, Function<ParameterSlot, List<Named>> buffers, boolean everyStage) {
    List<HeldBlock> blocks = new ArrayList<>();
    java.util.Set<String> seen = new java.util.HashSet<>();
    for (StageProgram stage : bundle.stages()) {
      List<Named> own = new ArrayList<>();
      for (ParameterSlot slot : stage.parameters()) {
        for (Named named : buffers.apply(slot)) {
          if (everyStage || !seen.contains(named.tensor())) {
            own.add(named);
          }
        }
      }
      own.forEach(n -> seen.add(n.tensor()));
      for (int position = 0; position < stage.mesh().ranks().size(); position++) {
        for (Named named : own) {
          add(stage, position, named, blocks);
        }
      }
    }
    return blocks;
  }

  /** A buffer and the tensor that it holds a block of. */
  record Named(ParameterSlot slot, int buffer, String tensor) {}

  private static void add(StageProgram stage, int position, Named named, List<HeldBlock> blocks) {
    Buffer buffer = stage.buffer(named.buffer());
    if (isFirstCopy(stage.mesh(), buffer, position)) {
      StageMesh mesh = stage.mesh();
      Box box = buffer.layout().box(buffer.type(), 1, mesh.sizes(), mesh.coordinates(position));
      blocks.add(
          new HeldBlock(
              mesh.ranks().get(position), named.buffer(), named.tensor(), named.slot(), box));
    }
  }

  /** Does the rank at {@code position} stand first along every axis that holds copies? */
  private static boolean isFirstCopy(StageMesh mesh, Buffer buffer, int position) {
    int[] at = mesh.coordinates(position);
    int others = buffer.layout().splitAxes() | buffer.layout().partial();
    for (int axis = 0; axis < at.length; axis++) {
      if ((others & 1 << axis) == 0 && at[axis] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Gradients before they are summed over replicas and stages. */
  static List<Named> gradients(ParameterSlot slot) {
    return slot.gradient().isPresent()
        ? List.of(new Named(slot, slot.gradient().getAsInt(), slot.name()))
        : List.of();
  }

  /** Parameters: their fp32 copies where there are some. */
  static List<Named> parameters(ParameterSlot slot) {
    return List.of(new Named(slot, slot.master().orElse(slot.value()), slot.name()));
  }

  /** Parameters and optimizer states. */
  static List<Named> training(ParameterSlot slot) {
    List<Named> all = new ArrayList<>(parameters(slot));
    for (int i = 0; i < slot.states().size(); i++) {
      all.add(
          new Named(
              slot, slot.states().get(i), slot.stateNames().get(i) + "(" + slot.name() + ")"));
    }
    return all;
  }
}
