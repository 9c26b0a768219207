package autopar.training;

import autopar.ir.graph.Body;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph with the backward pass of every section, derived from its loss.
 *
 * <p>{@code sections.get(i)} belongs to {@code graph.sections().get(i)}; instances of a repeated
 * block share one. A graph value that several sections read (a tied parameter, the output of an
 * encoder) gets the sum of their {@link TrainingBody#argumentGradients()}.
 */
public record TrainingGraph(Graph graph, List<TrainingBody> sections) {

  public TrainingGraph {
    sections = List.copyOf(sections);
  }

  /**
   * Derives {@code graph}. Equal bodies that are asked for the same gradients are derived once.
   *
   * @throws IllegalArgumentException when the graph has no loss
   */
  public static TrainingGraph of(Graph graph) {
    int loss =
        graph.loss().orElseThrow(() -> new IllegalArgumentException("the graph has no loss"));
    boolean[] trained = trained(graph);
    boolean[] wanted = new boolean[graph.values().size()];
    wanted[loss] = true;
    Map<Key, TrainingBody> derived = new LinkedHashMap<>();
    List<TrainingBody> reversed = new ArrayList<>();
    for (Section section : graph.sections().reversed()) {
      TrainingBody body = derive(section, trained, wanted, derived);
      for (int a = 0; a < section.operands().size(); a++) {
        if (body.argumentGradients().get(a) >= 0) {
          wanted[section.operands().get(a)] = true;
        }
      }
      reversed.add(body);
    }
    Collections.reverse(reversed);
    TrainingGraph training = new TrainingGraph(graph, reversed);
    TrainingGraphVerifier.verify(training);
    return training;
  }

  private record Key(Body body, BodyContext context) {}

  /** A repeated block also gets gradients for what its next instance reads. */
  private static TrainingBody derive(
      Section section, boolean[] trained, boolean[] wanted, Map<Key, TrainingBody> derived) {
    Body body = section.body();
    List<Boolean> arguments = argumentsTrained(section, trained);
    List<Boolean> results =
        new ArrayList<>(section.results().stream().map(r -> wanted[r]).toList());
    while (true) {
      BodyContext context = new BodyContext(arguments, results);
      TrainingBody training =
          derived.computeIfAbsent(new Key(body, context), k -> Differentiate.body(body, context));
      boolean grown = false;
      for (int i = 0; section.layers() > 1 && i < results.size(); i++) {
        if (!results.get(i) && training.argumentGradients().get(i) >= 0) {
          results.set(i, true);
          grown = true;
        }
      }
      if (!grown) {
        return training;
      }
    }
  }

  /** Per argument of the section: something trainable lies before it in some instance. */
  private static List<Boolean> argumentsTrained(Section section, boolean[] trained) {
    List<Boolean> flags =
        new ArrayList<>(section.operands().stream().map(o -> trained[o]).toList());
    for (int i = 0; section.layers() > 1 && i < section.results().size(); i++) {
      flags.set(i, flags.get(i) || trained[section.results().get(i)]);
    }
    return flags;
  }

  /** Per graph value: it is real and depends on a trainable parameter. */
  private static boolean[] trained(Graph graph) {
    boolean[] trained = new boolean[graph.values().size()];
    for (Parameter p : graph.parameters()) {
      trained[p.value().id()] = !p.frozen();
    }
    for (Section section : graph.sections()) {
      boolean grown = true;
      while (grown) {
        grown = false;
        boolean[] inside = Differentiate.needed(section.body(), argumentsTrained(section, trained));
        for (int r = 0; r < section.results().size(); r++) {
          int result = section.results().get(r);
          Value value = section.body().value(section.body().results().get(r));
          boolean now = inside[value.id()] && BodyContext.isReal(value);
          grown |= now && !trained[result];
          trained[result] |= now;
        }
      }
    }
    return trained;
  }
}
