/**
 * A machine measured as a cluster: what its cores, memory and processes do for {@code autopar run},
 * or what its GPUs and their links do for a plan.
 *
 * <p>In come the kernels and the transport that runs use, and what room {@code runtime.cuda}
 * measures. Out goes a cluster file whose numbers say how they were measured. Nothing is planned
 * for users here, and no number of the machine is assumed that could be measured. A new measurement
 * is a sweep, what it means for prices a fit.
 */
package autopar.runtime.profile;
