/**
 * From priced layers to stages on devices.
 *
 * <p>In come Pareto sets, the cluster and the limits of the search. Out go stages with layers,
 * devices and memory that fits, a step time and a proven lower bound. No tensor is sharded here. A
 * new family of placements is a new generator of device ranges.
 */
package autopar.interop;
