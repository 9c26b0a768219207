/**
 * Exact minimisation of sums of unary and pairwise costs, for thousands of small problems of one
 * structure.
 *
 * <p>In come domain sizes and edges once, then cost tables in seconds as often as wanted. Out go
 * the least sum, the least sums for every assignment of chosen interface variables, and a choice
 * that attains them. No memory limit and no names are seen here. A new kind of pruning is a new
 * class that shrinks the domains before the tables are built.
 */
package autopar.solver.elimination;
