package autopar.ir.graph;

import autopar.diagnostics.SourceSpan;
import autopar.ir.op.Op;
import java.util.List;

/** One application of an op: value ids in, value ids out, all local to the enclosing body. */
public record Node(
    int id, String name, Op op, List<Integer> operands, List<Integer> results, SourceSpan span) {

  public Node {
    operands = List.copyOf(operands);
    results = List.copyOf(results);
  }
}
