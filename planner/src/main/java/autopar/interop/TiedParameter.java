package autopar.interop;

import java.util.ArrayList;
import java.util.List;

/**
 * A parameter of the graph that several sections read (tied embeddings): every stage that runs one
 * of them holds a copy, and their gradients are summed once per step.
 *
 * @param sections the sections that read it, in order
 */
public record TiedParameter(String name, double elements, List<Integer> sections) {

  /** The stages, by index, that hold the parameter. */
  public List<Integer> holders(List<PricedStage> stages) {
    List<Integer> holders = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i).runs().stream().anyMatch(run -> sections.contains(run.section()))) {
        holders.add(i);
      }
    }
    return holders;
  }
}
