package autopar.interop;

import autopar.intraop.LayerOption;
import autopar.training.RecomputeMode;

/** {@code count} instances of a section of the graph that run the same way in a stage. */
public record LayerRun(int section, LayerOption option, RecomputeMode recompute, int count) {}
