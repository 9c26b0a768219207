package autopar.solver.reduce;

/**
 * A part of a node's usage: {@code usage[s]} in every time row of {@code [from, to)} when the node
 * has strategy s.
 */
record Piece(int from, int to, double[] usage) {}
