package autopar.ir.graph;

import java.util.List;

/**
 * A step of the graph: a body bound to values of the graph.
 *
 * <p>{@code operands} are graph value ids, one per body argument (activations, inputs or graph
 * parameters); {@code results} are the graph value ids the section defines, one per body result.
 */
public sealed interface Section {

  Body body();

  List<Integer> operands();

  List<Integer> results();

  /** Number of layers: 0 for straight code, the repeat count for a repeated block. */
  int layers();

  /** Nodes between blocks: embeddings, heads, losses. Local names equal graph names. */
  record Straight(Body body, List<Integer> operands, List<Integer> results) implements Section {
    public Straight {
      operands = List.copyOf(operands);
      results = List.copyOf(results);
    }

    @Override
    public int layers() {
      return 0;
    }
  }

  /**
   * {@code count} instances of a block. The first {@code body.results().size()} arguments are
   * carried: result i of one instance is argument i of the next; the other arguments are the same
   * for all instances. Instance i of block "decoder" names its values {@code decoder.i.q} (i counts
   * all instances of this block in the graph, starting at {@code firstInstance}).
   */
  record Repeat(
      String block,
      int firstInstance,
      int count,
      Body body,
      List<Integer> operands,
      List<Integer> results)
      implements Section {
    public Repeat {
      operands = List.copyOf(operands);
      results = List.copyOf(results);
    }

    @Override
    public int layers() {
      return count;
    }
  }
}
