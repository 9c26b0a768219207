/**
 * Prices on one cluster: seconds of kernels, collectives, transfers and updates, and what hides
 * under what.
 *
 * <p>In come pieces of work, collectives and bytes on a cluster with its software profile. Out go
 * seconds and bytes as doubles, whose parts stay apart until the schedule is known. Strategies and
 * graphs are never seen here. A new kind of price is a new method of CostModel over a room of its
 * own.
 */
package autopar.cost;
