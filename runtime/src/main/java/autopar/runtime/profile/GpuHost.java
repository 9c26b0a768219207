package autopar.runtime.profile;

import autopar.ir.type.Precision;
import autopar.runtime.cuda.GpuModel;

/**
 * A host of GPUs before anything of it is timed.
 *
 * @param name of the cluster that is written
 * @param count of GPUs
 * @param sibling the shipped cluster most like it
 * @param precision of the products that are timed
 * @param shapes how many products that are
 */
record GpuHost(
    String name,
    Machine machine,
    GpuModel model,
    int count,
    Sibling sibling,
    Precision precision,
    int shapes) {}
