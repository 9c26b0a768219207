/**
 * How a tensor lies on a mesh: axes, the axes that split each dimension, and the axes over which it
 * is partial.
 *
 * <p>In come mesh axes and shapes. Out go shard lengths, first and last ones apart, and shardings
 * that print and parse back. No price is set here and no choice is made. A new form of placement is
 * a new field of the sharding, checked in its constructor.
 */
package autopar.sharding;
