package autopar.program;

import java.util.ArrayList;
import java.util.List;

/** A stretch of a stage's program that runs as a whole. */
record Code(StageProgram stage, Part part, int chunk, List<Instruction> instructions) {

  /** Which stretch it is. */
  enum Part {
    /** Once, at the start of a step. */
    BEGIN,
    /** Once per micro-batch. */
    FORWARD,
    /** Once per micro-batch, after its forward. */
    BACKWARD,
    /** Once, at the end of a step. */
    UPDATE;

    boolean perMicroBatch() {
      return this == FORWARD || this == BACKWARD;
    }
  }

  /** All code of a stage; the backward code of a chunk follows its forward code. */
  static List<Code> of(StageProgram stage) {
    List<Code> all = new ArrayList<>();
    all.add(new Code(stage, Part.BEGIN, 0, stage.begin()));
    for (int c = 0; c < stage.chunks().size(); c++) {
      all.add(new Code(stage, Part.FORWARD, c, stage.chunks().get(c).forward()));
      all.add(new Code(stage, Part.BACKWARD, c, stage.chunks().get(c).backward()));
    }
    all.add(new Code(stage, Part.UPDATE, 0, stage.update()));
    return all;
  }

  /** The place of an instruction, in words. */
  String where(Instruction instruction) {
    return where() + ", " + InstructionText.of(instruction, stage);
  }

  /** The place of the code, in words. */
  String where() {
    String name =
        switch (part) {
          case BEGIN -> "begin";
          case FORWARD -> "forward of chunk " + chunk;
          case BACKWARD -> "backward of chunk " + chunk;
          case UPDATE -> "update";
        };
    return "stage " + stage.index() + ", " + name;
  }
}
