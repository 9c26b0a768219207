/**
 * Reductions: from a contest-size problem to the small core that is really to be decided.
 *
 * <p>In comes a problem with any edges and lifetimes. Out goes a core of nodes with a choice, pair
 * tables and the few time rows that can bind, and the way back from a core choice to a choice of
 * the problem. No rule changes the least cost, and none searches. A new rule is one class that
 * implements Reduction and is named in the list of Reducer.
 */
package autopar.solver.reduce;
