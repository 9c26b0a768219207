package autopar.intraop;

import autopar.ir.graph.Graph;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.training.TrainingGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The structures of all bodies of a graph, which know the parameters that several of them read. */
public final class BodyStructures {

  private BodyStructures() {}

  /** One structure per section, in order. Linear in the graph. */
  public static List<BodyStructure> of(TrainingGraph training) {
    Graph graph = training.graph();
    Map<Integer, Parameter> parameters = new HashMap<>();
    graph.parameters().forEach(p -> parameters.put(p.value().id(), p));
    Map<Integer, Integer> firstReader = new HashMap<>();
    Map<Integer, Integer> lastReader = new HashMap<>();
    for (int s = 0; s < graph.sections().size(); s++) {
      for (int value : graph.sections().get(s).operands()) {
        firstReader.putIfAbsent(value, s);
        lastReader.put(value, s);
      }
    }
    List<BodyStructure> structures = new ArrayList<>();
    for (int s = 0; s < graph.sections().size(); s++) {
      List<BodyStructure.Argument> arguments = new ArrayList<>();
      Section section = graph.sections().get(s);
      for (int value : section.operands()) {
        arguments.add(
            argument(parameters.get(value), s, firstReader.get(value), lastReader.get(value)));
      }
      structures.add(new BodyStructure(training.sections().get(s), arguments));
    }
    return structures;
  }

  private static BodyStructure.Argument argument(
      Parameter parameter, int section, int firstReader, int lastReader) {
    if (parameter == null) {
      return BodyStructure.Argument.VALUE;
    }
    if (parameter.frozen()) {
      return BodyStructure.Argument.FROZEN;
    }
    if (lastReader > section) {
      return BodyStructure.Argument.TIED;
    }
    return firstReader < section
        ? BodyStructure.Argument.TIED_LAST
        : BodyStructure.Argument.TRAINABLE;
  }
}
