package autopar.runtime.rank;

import autopar.program.Instruction;

/** Hears what a rank is about to do. */
public interface RankObserver {

  /** Hears nothing. */
  RankObserver SILENT = (step, instruction, stage) -> {};

  /**
   * {@code instruction} of step {@code step} begins.
   *
   * @param describe what the instruction is in words, where that is wanted
   */
  void at(int step, Instruction instruction, java.util.function.Supplier<String> describe);
}
