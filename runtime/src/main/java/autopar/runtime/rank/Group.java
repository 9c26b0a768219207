package autopar.runtime.rank;

import java.util.Collections;
import java.util.List;

/** World ranks of a communicator, ascending. */
public record Group(List<Integer> ranks) {

  public Group {
    ranks = List.copyOf(ranks);
    if (ranks.isEmpty()) {
      throw new IllegalArgumentException("a group without ranks");
    }
    int last = -1;
    for (int rank : ranks) {
      if (rank <= last) {
        throw new IllegalArgumentException("ranks of a group ascend from 0: " + ranks);
      }
      last = rank;
    }
  }

  /** How many ranks. */
  public int size() {
    return ranks.size();
  }

  /** Place of {@code rank} in the group, -1 if it is no member. */
  public int indexOf(int rank) {
    return Math.max(-1, Collections.binarySearch(ranks, rank));
  }
}
