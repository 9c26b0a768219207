/**
 * Proofs of optimality for small cores: branch and bound on the dual bound.
 *
 * <p>In come a core and the cost to beat. Out come better choices and, when the tree is exhausted,
 * the certainty that none is left. A new way to branch is a new case of the choice of the branching
 * node.
 */
package autopar.solver.exact;
