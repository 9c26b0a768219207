package autopar.training;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What holds for every training graph; T1 to T9 are those of {@link TrainingBodyVerifier}.
 *
 * <ul>
 *   <li>T10: there is one training body per section, and its forward body is the section's.
 *   <li>T11: the loss has an incoming gradient where it is made.
 *   <li>T12: a trainable graph parameter that the loss depends on has a gradient in every section
 *       through which it does; a frozen one has none.
 * </ul>
 */
public final class TrainingGraphVerifier {

  private static final String PASS = "TrainingGraphVerifier";

  private TrainingGraphVerifier() {}

  /**
   * Checks {@code training}.
   *
   * @throws CompilerBug naming the constraint that does not hold
   */
  public static void verify(TrainingGraph training) {
    List<Section> sections = training.graph().sections();
    if (sections.size() != training.sections().size()) {
      throw new CompilerBug(PASS, training.graph().name(), "T10: sections without a backward pass");
    }
    for (int i = 0; i < sections.size(); i++) {
      if (!training.sections().get(i).forward().equals(sections.get(i).body())) {
        throw new CompilerBug(PASS, "section " + i, "T10: the forward body is another one");
      }
      TrainingBodyVerifier.verify(training.sections().get(i));
    }
    checkLoss(training);
    checkParameters(training);
  }

  private static void checkLoss(TrainingGraph training) {
    int loss = training.graph().loss().orElse(-1);
    for (int i = 0; i < training.sections().size(); i++) {
      int result = training.graph().sections().get(i).results().indexOf(loss);
      if (result >= 0 && training.sections().get(i).resultGradients().get(result) < 0) {
        String name = training.graph().value(loss).name();
        throw new CompilerBug(PASS, name, "T11: the loss has no incoming gradient");
      }
    }
  }

  private static void checkParameters(TrainingGraph training) {
    Map<Integer, Parameter> parameters = new HashMap<>();
    training.graph().parameters().forEach(p -> parameters.put(p.value().id(), p));
    for (int i = 0; i < training.sections().size(); i++) {
      TrainingBody body = training.sections().get(i);
      BitSet reaching = TrainingBodyVerifier.reachingLoss(body);
      List<Integer> operands = training.graph().sections().get(i).operands();
      for (int a = 0; a < operands.size(); a++) {
        Parameter parameter = parameters.get(operands.get(a));
        if (parameter != null) {
          boolean wanted = !parameter.frozen() && reaching.get(body.forward().arguments().get(a));
          if (wanted != body.argumentGradients().get(a) >= 0) {
            throw new CompilerBug(
                PASS,
                parameter.name(),
                "T12: section %d %s its gradient".formatted(i, wanted ? "lacks" : "has"));
          }
        }
      }
    }
  }
}
