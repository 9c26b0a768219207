package autopar.plan;

import autopar.training.RecomputeMode;

/** How many layers of a stage recompute nothing, their attention core, or everything. */
public record RecomputeCounts(int none, int selective, int full) {

  public int total() {
    return none + selective + full;
  }

  public int of(RecomputeMode mode) {
    return switch (mode) {
      case NONE -> none;
      case SELECTIVE -> selective;
      case FULL -> full;
    };
  }
}
