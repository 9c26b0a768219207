package autopar.program;

import autopar.units.Bytes;
import java.util.List;
import java.util.Locale;

/**
 * The text form of programs, for people: per stage its ranks, the peak of its live bytes, and the
 * code of every chunk once, a line per instruction (see {@link InstructionText}) after the name of
 * its stream.
 */
public final class ProgramText {

  private final StringBuilder text = new StringBuilder();

  private ProgramText() {}

  /** All stages of {@code bundle}; as long as its instructions, however many ranks share them. */
  public static String print(ProgramBundle bundle) {
    ProgramText printed = new ProgramText();
    for (StageProgram stage : bundle.stages()) {
      printed.stage(bundle, stage);
    }
    return printed.text.toString();
  }

  private void stage(ProgramBundle bundle, StageProgram stage) {
    LiveBytes peak = LiveBytes.worst(bundle, stage.index());
    line("stage " + stage.index() + " on ranks " + stage.mesh().ranks() + " {");
    line(
        "  // at most "
            + new Bytes(peak.total())
            + " alive: parameters "
            + new Bytes(peak.parameters())
            + ", gradients "
            + new Bytes(peak.gradients())
            + ", optimizer "
            + new Bytes(peak.optimizer())
            + ", activations "
            + new Bytes(peak.activations())
            + ", transients "
            + new Bytes(peak.transients()));
    line("  // " + peak.where());
    code(stage, "begin of a step", stage.begin());
    for (int c = 0; c < stage.chunks().size(); c++) {
      StageProgram.Chunk chunk = stage.chunks().get(c);
      String which = stage.chunks().size() == 1 ? "" : " of chunk " + c;
      code(stage, "forward" + which, chunk.forward());
      code(stage, "backward" + which, chunk.backward());
    }
    code(stage, "update", stage.update());
    line("}");
  }

  private void code(StageProgram stage, String name, List<Instruction> code) {
    line("  " + name + " {");
    for (Instruction instruction : code) {
      String stream = Stream.of(instruction, stage).name().toLowerCase(Locale.ROOT);
      line("    %-10s  %s".formatted(stream, InstructionText.of(instruction, stage)));
    }
    line("  }");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
