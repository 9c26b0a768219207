package autopar.program;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * X6: ranks are in one stage at most, and the groups of every collective partition the ranks of its
 * stage. Since all ranks of a stage run one program, they then call equal collectives in equal
 * order. Members ascend: communicators number them so.
 */
record GroupConstraints(ProgramBundle bundle, List<ProgramViolation> found) {

  /** Checks; false where something is wrong. */
  boolean check() {
    int before = found.size();
    Set<Integer> taken = new HashSet<>();
    for (StageProgram stage : bundle.stages()) {
      for (int rank : stage.mesh().ranks()) {
        if (rank < 0 || rank >= bundle.ranks()) {
          add(stage, "there is no rank " + rank);
        } else if (!taken.add(rank)) {
          add(stage, "rank " + rank + " has two places");
        }
      }
    }
    if (found.size() == before) {
      for (StageProgram stage : bundle.stages()) {
        for (int mask : masks(stage)) {
          partition(stage, mask);
        }
      }
    }
    return found.size() == before;
  }

  private static Set<Integer> masks(StageProgram stage) {
    Set<Integer> masks = new TreeSet<>();
    for (Code code : Code.of(stage)) {
      for (Instruction instruction : code.instructions()) {
        switch (instruction) {
          case Instruction.AllReduce i -> masks.add(i.mask());
          case Instruction.ReduceScatter i -> masks.add(1 << i.axis());
          case Instruction.AllGather i -> masks.add(1 << i.axis());
          case Instruction.AllToAll i -> masks.add(1 << i.axis());
          case Instruction.Launch i -> {}
          case Instruction.Statistics i -> {}
          case Instruction.Finish i -> {}
          case Instruction.Slice i -> {}
          case Instruction.KeepFirst i -> {}
          case Instruction.Load i -> {}
          case Instruction.Fill i -> {}
          case Instruction.Accumulate i -> {}
          case Instruction.Copy i -> {}
          case Instruction.Send i -> {}
          case Instruction.Receive i -> {}
          case Instruction.Update i -> {}
          case Instruction.Moments i -> {}
          case Instruction.Decay i -> {}
          case Instruction.ToHost i -> {}
          case Instruction.ToDevice i -> {}
          case Instruction.Free i -> {}
          case Instruction.RecordEvent i -> {}
          case Instruction.WaitEvent i -> {}
        }
      }
    }
    return masks;
  }

  /** The groups of all ranks are equal or share no rank, and each has the size of its axes. */
  private void partition(StageProgram stage, int mask) {
    StageMesh mesh = stage.mesh();
    String axes = mesh.names(mask);
    Set<List<Integer>> groups = new HashSet<>();
    int members = 0;
    for (int position = 0; position < mesh.ranks().size(); position++) {
      List<Integer> group = mesh.group(mask, position);
      if (!group.contains(mesh.ranks().get(position)) || group.size() != mesh.span(mask)) {
        add(stage, "over " + axes + " rank " + mesh.ranks().get(position) + " is in no group");
      }
      if (groups.add(group)) {
        members += group.size();
        for (int i = 1; i < group.size(); i++) {
          if (group.get(i) <= group.get(i - 1)) {
            add(stage, "over " + axes + " the ranks of a group do not ascend: " + group);
            return;
          }
        }
      }
    }
    if (members != mesh.ranks().size()) {
      add(stage, "the groups over " + axes + " overlap");
    }
  }

  private void add(StageProgram stage, String message) {
    found.add(new ProgramViolation("X6", "stage " + stage.index(), message));
  }
}
