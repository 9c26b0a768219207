package autopar.runtime;

import autopar.ir.graph.Graph;
import autopar.ir.graph.Node;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.Embedding;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a model does with an input, which says what values it may have. */
public sealed interface InputRole {

  /** Real numbers. */
  record Real() implements InputRole {}

  /** Rows of a table of {@code rows}. */
  record Tokens(long rows) implements InputRole {}

  /** Classes of a cross-entropy over {@code classes}; negative ones are not counted. */
  record Labels(long classes) implements InputRole {}

  /** The role of every input of {@code graph} by name, in declaration order. */
  static Map<String, InputRole> of(Graph graph) {
    Map<String, InputRole> roles = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      roles.put(input.name(), of(graph, input));
    }
    return roles;
  }

  private static InputRole of(Graph graph, Value input) {
    if (input.type().element().isReal()) {
      return new Real();
    }
    InputRole found = new Tokens(2);
    for (Section section : graph.sections()) {
      for (int a = 0; a < section.operands().size(); a++) {
        if (section.operands().get(a) != input.id()) {
          continue;
        }
        int argument = section.body().arguments().get(a);
        for (Node node : section.body().nodes()) {
          if (node.op() instanceof Embedding && node.operands().get(1) == argument) {
            TypeOf table = new TypeOf(section, node.operands().get(0));
            found = new Tokens(table.extent(0));
          }
          if (node.op() instanceof CrossEntropy && node.operands().get(1) == argument) {
            TypeOf logits = new TypeOf(section, node.operands().get(0));
            found = new Labels(logits.extent(logits.rank() - 1));
          }
        }
      }
    }
    return found;
  }

  /** The shape of a value of a section's body. */
  record TypeOf(Section section, int value) {
    int rank() {
      return section.body().value(value).type().rank();
    }

    long extent(int d) {
      return section.body().value(value).type().shape().get(d).count();
    }
  }
}
