package autopar.lowering;

import autopar.plan.LayerStrategy;

/**
 * One instance of a section: a layer, or the code around layers.
 *
 * @param virtualStage {@code chunk * stages + stage}
 */
record Step(int index, int section, int instance, int virtualStage, LayerStrategy strategy) {}
