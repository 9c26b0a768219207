/**
 * The intra-operator problem as a value, and the solvers that answer it with a proven bound.
 *
 * <p>In come nodes with strategies, edges with cost matrices, lifetimes and a usage limit. Out
 * comes a choice per node, its cost and a lower bound, or the conflict. No solver knows models,
 * meshes or seconds. A new reduction, bound or search is one file, checked by brute force on tiny
 * instances.
 */
package autopar.solver;
