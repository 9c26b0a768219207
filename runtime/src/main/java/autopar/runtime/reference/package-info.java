/**
 * The slow truth: runs a model's ops one by one, unsharded, in double precision.
 *
 * <p>In come a graph or a body with tensors for its inputs and parameters. Out go values, losses
 * and gradients. Nothing here is fast, sharded or approximate, and no plan is seen. A new op is a
 * new kernel; whatever runs faster elsewhere is compared with it.
 */
package autopar.runtime.reference;
