package autopar.solver.search;

import autopar.solver.reduce.Core;
import java.util.Random;

/** Neighbourhoods: which nodes are decided anew together. */
final class Blocks {
  private final CoreGraph graph;
  private final Random random;
  private final int[] mark;
  private int stamp;
  final int[] nodes;
  int size;

  Blocks(CoreGraph graph, Random random) {
    this.graph = graph;
    this.random = random;
    mark = new int[graph.core.nodeCount()];
    nodes = new int[graph.core.nodeCount()];
  }

  /** A random connected block around {@code seed}. */
  void around(int seed, int limit) {
    clear();
    add(seed);
    for (int at = 0; at < size && size < limit; at++) {
      int pick = at + random.nextInt(Math.min(size - at, 8));
      int v = nodes[pick];
      nodes[pick] = nodes[at];
      nodes[at] = v;
      int degree = graph.degree(v);
      int from = random.nextInt(Math.max(1, degree));
      for (int k = 0; k < degree && size < limit; k++) {
        int e = graph.edge[graph.begin[v] + (from + k) % degree];
        add(graph.other(e, v));
      }
    }
  }

  /** Random nodes alive in one time row, with their neighbours: they compete for the same bytes. */
  void alongRow(int row, int limit) {
    clear();
    Core core = graph.core;
    int n = core.nodeCount();
    int from = random.nextInt(n);
    for (int i = 0; i < n && size < limit; i++) {
      int v = (from + i) % n;
      for (Core.Usage piece : core.pieces()[v]) {
        if (piece.from() <= row && row < piece.to() && random.nextInt(3) > 0) {
          add(v);
          if (graph.degree(v) > 0 && size < limit) {
            int k = graph.begin[v] + random.nextInt(graph.degree(v));
            add(graph.other(graph.edge[k], v));
          }
          break;
        }
      }
    }
  }

  private void clear() {
    stamp++;
    size = 0;
  }

  private void add(int v) {
    if (mark[v] != stamp && size < nodes.length) {
      mark[v] = stamp;
      nodes[size++] = v;
    }
  }
}
