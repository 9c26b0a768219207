/**
 * Seconds of collectives over a set of devices.
 *
 * <p>In come the kind, the bytes and the ranks that take part. Out go seconds from latency and
 * bandwidth of every level that the ranks span. What overlaps with it is decided elsewhere. A new
 * collective or algorithm is a new formula with its source cited.
 */
package autopar.cost.collective;
