package autopar.program;

import java.util.List;

/**
 * X11: exactly one stage has the loss, a complete number that its update writes; once per
 * micro-batch that stage adds the weighted loss to a sum that begin clears.
 */
record LossConstraints(ProgramBundle bundle, List<ProgramViolation> found) {

  void check() {
    List<StageProgram> having = bundle.stages().stream().filter(s -> s.loss().isPresent()).toList();
    if (having.size() != 1) {
      found.add(
          new ProgramViolation(
              "X11", "the bundle", having.size() + " stages have the loss, not 1"));
    }
    for (StageProgram stage : having) {
      int loss = stage.loss().getAsInt();
      boolean sound =
          loss >= 0
              && loss < stage.buffers().size()
              && stage.buffer(loss).lifetime() == Buffer.Lifetime.RUN
              && stage.buffer(loss).layout().equals(Layout.replicated(0))
              && stage.update().stream().anyMatch(i -> i.writes().contains(loss));
      if (!sound) {
        add(stage, "buffer " + loss + " is not a number that the update leaves");
      }
    }
    for (StageProgram stage : bundle.stages()) {
      int sums = 0;
      for (Code code : Code.of(stage)) {
        for (Instruction instruction : code.instructions()) {
          sums += isSum(stage, code, instruction) ? 1 : 0;
        }
      }
      int expected = stage.loss().isPresent() ? 1 : 0;
      if (sums != expected) {
        add(stage, "the loss is added up " + sums + " times per micro-batch, not " + expected);
      }
    }
  }

  private static boolean isSum(StageProgram stage, Code code, Instruction instruction) {
    return instruction instanceof Instruction.Accumulate sum
        && sum.weighted()
        && code.part() == Code.Part.FORWARD
        && stage.begin().contains(new Instruction.Fill(sum.to(), Instruction.Fill.Content.ZERO));
  }

  private void add(StageProgram stage, String message) {
    found.add(new ProgramViolation("X11", "stage " + stage.index(), message));
  }
}
