package autopar.solver.search;

import autopar.solver.reduce.Core;

/** The adjacency of a core, as flat lists. */
final class CoreGraph {
  final Core core;
  final int[] begin;
  final int[] edge;

  CoreGraph(Core core) {
    this.core = core;
    int n = core.nodeCount();
    begin = new int[n + 1];
    for (int[] ends : core.ends()) {
      begin[ends[0] + 1]++;
      begin[ends[1] + 1]++;
    }
    for (int v = 0; v < n; v++) {
      begin[v + 1] += begin[v];
    }
    edge = new int[begin[n]];
    int[] at = begin.clone();
    for (int e = 0; e < core.edgeCount(); e++) {
      edge[at[core.ends()[e][0]]++] = e;
      edge[at[core.ends()[e][1]]++] = e;
    }
  }

  int other(int e, int v) {
    int[] ends = core.ends()[e];
    return ends[0] == v ? ends[1] : ends[0];
  }

  int degree(int v) {
    return begin[v + 1] - begin[v];
  }
}
