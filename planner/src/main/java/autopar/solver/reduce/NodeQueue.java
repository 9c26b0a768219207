package autopar.solver.reduce;

import java.util.Arrays;
import java.util.BitSet;

/** A first-in first-out queue of nodes that holds each at most once. */
final class NodeQueue {
  private int[] ring = new int[1024];
  private int head;
  private int count;
  private final BitSet waiting = new BitSet();

  boolean isEmpty() {
    return count == 0;
  }

  void add(int node) {
    if (waiting.get(node)) {
      return;
    }
    waiting.set(node);
    if (count == ring.length) {
      int[] longer = Arrays.copyOfRange(ring, head, head + 2 * count);
      System.arraycopy(ring, 0, longer, count - head, head);
      ring = longer;
      head = 0;
    }
    ring[(head + count++) % ring.length] = node;
  }

  int poll() {
    int node = ring[head];
    head = (head + 1) % ring.length;
    count--;
    waiting.clear(node);
    return node;
  }
}
