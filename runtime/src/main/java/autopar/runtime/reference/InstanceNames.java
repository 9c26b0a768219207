package autopar.runtime.reference;

import autopar.ir.graph.Graph;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names of the parameters of a whole model: {@code wte}, {@code decoder.17.wq}. */
public final class InstanceNames {

  private InstanceNames() {}

  /** Name of a value of instance {@code index} (from 0) of a repeated block. */
  static String of(Section.Repeat section, int index, String name) {
    return section.block() + "." + (section.firstInstance() + index) + "." + name;
  }

  /** Every parameter of the model by name: those of the graph, then those of the instances. */
  public static Map<String, Parameter> parameters(Graph graph) {
    Map<String, Parameter> all = new LinkedHashMap<>();
    graph.parameters().forEach(p -> all.put(p.name(), p));
    for (Section section : graph.sections()) {
      if (section instanceof Section.Repeat repeat) {
        for (int i = 0; i < repeat.count(); i++) {
          for (Parameter p : repeat.body().parameters()) {
            all.put(of(repeat, i, p.name()), p);
          }
        }
      }
    }
    return all;
  }
}
