package autopar.program;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** X12: what every other constraint relies on. */
record FormConstraints(ProgramBundle bundle, List<ProgramViolation> found) {

  void check() {
    equal("the bundle", "stages", bundle.order().stages(), bundle.stages().size());
    long microBatches = Math.ceilDiv(bundle.globalBatch(), bundle.microBatch());
    equal("the bundle", "micro-batches", bundle.order().microBatches(), microBatches);
    for (int t = 0; t < bundle.transfers().size(); t++) {
      Transfer transfer = bundle.transfers().get(t);
      String where = "transfer " + t;
      equal(where, "id", t, transfer.id());
      end(where, transfer.fromStage(), transfer.type().rank(), transfer.source());
      end(where, transfer.toStage(), transfer.type().rank(), transfer.target());
    }
    for (int s = 0; s < bundle.stages().size(); s++) {
      stage(s, bundle.stages().get(s));
    }
  }

  private void end(String where, int stage, int rank, Layout layout) {
    if (stage < 0 || stage >= bundle.stages().size()) {
      add(where, "there is no stage " + stage);
      return;
    }
    layout(where, layout, rank, bundle.stages().get(stage).mesh());
    if (layout.isPartial()) {
      add(where, "summands are not transferred");
    }
  }

  private void stage(int index, StageProgram stage) {
    String where = "stage " + index;
    equal(where, "index", index, stage.index());
    equal(where, "chunks", bundle.order().virtualStages(), stage.chunks().size());
    for (int b = 0; b < stage.buffers().size(); b++) {
      Buffer buffer = stage.buffers().get(b);
      String at = where + ", buffer " + b + " (" + buffer.name() + ")";
      equal(at, "id", b, buffer.id());
      layout(at, buffer.layout(), buffer.type().rank(), stage.mesh());
    }
    for (ParameterSlot slot : stage.parameters()) {
      for (int buffer : buffers(slot)) {
        if (buffer < 0
            || buffer >= stage.buffers().size()
            || stage.buffer(buffer).lifetime() != Buffer.Lifetime.RUN) {
          add(where + ", " + slot.name(), "buffer " + buffer + " does not live for the run");
        }
      }
    }
    IntPredicate known = b -> b >= 0 && b < stage.buffers().size();
    for (Code code : Code.of(stage)) {
      for (Instruction instruction : code.instructions()) {
        references(code, instruction, known);
      }
    }
  }

  /** The buffers of a slot. */
  static List<Integer> buffers(ParameterSlot slot) {
    List<Integer> all = new ArrayList<>(slot.states());
    all.add(slot.value());
    slot.gradient().ifPresent(all::add);
    slot.master().ifPresent(all::add);
    return all;
  }

  private void references(Code code, Instruction instruction, IntPredicate known) {
    boolean sound =
        instruction.reads().stream().allMatch(known::test)
            && instruction.writes().stream().allMatch(known::test);
    int transfer = -1;
    switch (instruction) {
      case Instruction.Free i -> sound = known.test(i.buffer());
      case Instruction.RecordEvent i -> sound = i.event() >= 0;
      case Instruction.WaitEvent i -> sound = i.event() >= 0;
      case Instruction.Send i -> transfer = i.transfer();
      case Instruction.Receive i -> transfer = i.transfer();
      case Instruction.Launch i -> {}
      case Instruction.Statistics i -> {}
      case Instruction.Finish i -> {}
      case Instruction.AllReduce i -> {}
      case Instruction.ReduceScatter i -> {}
      case Instruction.AllGather i -> {}
      case Instruction.AllToAll i -> {}
      case Instruction.Slice i -> {}
      case Instruction.KeepFirst i -> {}
      case Instruction.Load i -> {}
      case Instruction.Fill i -> {}
      case Instruction.Accumulate i -> {}
      case Instruction.Copy i -> {}
      case Instruction.Update i -> {}
      case Instruction.Moments i -> {}
      case Instruction.Decay i -> {}
      case Instruction.ToHost i -> {}
      case Instruction.ToDevice i -> {}
    }
    if (!sound) {
      add(code.where(), "no such buffer: " + instruction);
    }
    if (transfer < -1 || transfer >= bundle.transfers().size()) {
      add(code.where(), "no such transfer: " + instruction);
    }
  }

  /** A split per dimension, and every axis of the mesh in one role at most. */
  private void layout(String where, Layout layout, int rank, StageMesh mesh) {
    equal(where, "dimensions", rank, layout.dims().size());
    int used = layout.partial();
    int wide = mesh.wideAxes();
    boolean sound = (used & ~wide) == 0;
    for (DimSplit dim : layout.dims()) {
      for (int axis : dim.axes()) {
        sound &= axis >= 0 && (wide & 1 << axis) != 0 && (used & 1 << axis) == 0;
        used |= 1 << axis;
      }
    }
    if (!sound) {
      add(where, "uses an axis twice, or one that the mesh lacks: " + layout);
    }
  }

  private void equal(String where, String what, long expected, long actual) {
    if (expected != actual) {
      add(where, what + ": " + actual + " instead of " + expected);
    }
  }

  private void add(String where, String message) {
    found.add(new ProgramViolation("X12", where, message));
  }
}
