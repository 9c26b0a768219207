package autopar.solver.reduce;

/**
 * How the strategy of a removed node follows from those of the nodes it was removed in favour of.
 *
 * @param node the removed node
 * @param parents nodes that are decided earlier on the way back
 * @param radix the number of original strategies of each parent
 * @param pick the node's original strategy by the parents' original strategies, row-major
 */
record Recovery(int node, int[] parents, int[] radix, int[] pick) {
  void apply(int[] choice) {
    int cell = 0;
    for (int i = 0; i < parents.length; i++) {
      cell = cell * radix[i] + choice[parents[i]];
    }
    choice[node] = pick[cell];
  }
}
