/**
 * The language of prices: feasible with seconds and bytes, or infeasible with a reason.
 *
 * <p>In come pieces of work, collectives and bytes on a cluster. Out go prices whose parts stay
 * apart until the schedule is known. Strategies and graphs are never seen here. A new kind of price
 * is a new case of the sealed family.
 */
package autopar.cost;
