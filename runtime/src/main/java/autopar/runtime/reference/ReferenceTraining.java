package autopar.runtime.reference;

import autopar.ir.graph.Body;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Section;
import autopar.training.TrainingBody;
import autopar.training.TrainingGraph;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Forward and backward of a whole model for one micro-batch.
 *
 * @param batch samples in the micro-batch
 * @param firstSample index of its first sample in the step
 * @param key of the dropout masks of the step
 * @param labels what a cross-entropy divides by, by the name of the input that holds its labels;
 *     where a name is absent, it counts them itself
 * @param listener is told of every body, as a model may take minutes
 */
public record ReferenceTraining(
    TrainingGraph training,
    long batch,
    long firstSample,
    long key,
    Map<String, Double> labels,
    ReferenceListener listener) {

  /** A step of one micro-batch. */
  public ReferenceTraining(TrainingGraph training, long batch, long key) {
    this(training, batch, 0, key, Map.of(), ReferenceListener.SILENT);
  }

  /**
   * What a step yields.
   *
   * @param gradients of trainable parameters by name
   */
  public record Step(double loss, Map<String, Tensor> gradients) {}

  /** One instance of a body on the way back: what it kept. */
  private record Visit(int section, int instance, Map<Integer, Tensor> kept) {}

  /**
   * The loss alone.
   *
   * @param inputs by graph value id
   * @param parameters by name, as in {@link InstanceNames}
   */
  public double loss(Map<Integer, Tensor> inputs, Map<String, Tensor> parameters) {
    Map<Integer, Tensor> values = start(inputs, parameters);
    forward(values, parameters, new ArrayDeque<>());
    return values.get(graph().loss().orElseThrow()).data()[0];
  }

  /** Loss and gradients. */
  public Step step(Map<Integer, Tensor> inputs, Map<String, Tensor> parameters) {
    Map<Integer, Tensor> values = start(inputs, parameters);
    Deque<Visit> visits = new ArrayDeque<>();
    forward(values, parameters, visits);
    int loss = graph().loss().orElseThrow();
    Map<Integer, Tensor> gradients = new HashMap<>();
    gradients.put(loss, Tensor.scalar(1));
    Map<String, Tensor> byName = new TreeMap<>();
    while (!visits.isEmpty()) {
      backward(visits.pop(), gradients, byName);
    }
    graph()
        .parameters()
        .forEach(p -> {
          Tensor gradient = gradients.get(p.value().id());
          if (gradient != null && !p.frozen()) {
            byName.put(p.name(), gradient);
          }
        });
    return new Step(values.get(loss).data()[0], byName);
  }

  private Graph graph() {
    return training.graph();
  }

  private Map<Integer, Tensor> start(Map<Integer, Tensor> inputs, Map<String, Tensor> parameters) {
    Map<Integer, Tensor> values = new HashMap<>(inputs);
    graph().parameters().forEach(p -> values.put(p.value().id(), parameters.get(p.name())));
    return values;
  }

  private void enters(int index, int instance) {
    listener.enters(
        graph().sections().get(index) instanceof Section.Repeat repeat
            ? repeat.block() + "." + (repeat.firstInstance() + instance)
            : "section " + index);
  }

  private ReferenceInterpreter interpreter(int index, int instance) {
    Section section = graph().sections().get(index);
    return new ReferenceInterpreter(
        batch,
        firstSample,
        key,
        name ->
            section instanceof Section.Repeat repeat
                ? InstanceNames.of(repeat, instance, name)
                : name,
        value -> counted(section, value));
  }

  /** Labels come straight from an input wherever steps are made of several micro-batches. */
  private OptionalDouble counted(Section section, int value) {
    int argument = section.body().arguments().indexOf(value);
    Double known =
        argument < 0 ? null : labels.get(graph().value(section.operands().get(argument)).name());
    return known == null ? OptionalDouble.empty() : OptionalDouble.of(known);
  }

  private void forward(
      Map<Integer, Tensor> values, Map<String, Tensor> parameters, Deque<Visit> visits) {
    for (int s = 0; s < graph().sections().size(); s++) {
      Section section = graph().sections().get(s);
      Body body = section.body();
      List<Tensor> arguments =
          new ArrayList<>(section.operands().stream().map(values::get).toList());
      for (int i = 0; i < Math.max(1, section.layers()); i++) {
        Map<Integer, Tensor> given = new HashMap<>();
        for (int a = 0; a < arguments.size(); a++) {
          given.put(body.arguments().get(a), arguments.get(a));
        }
        if (section instanceof Section.Repeat repeat) {
          for (var p : body.parameters()) {
            given.put(p.value().id(), parameters.get(InstanceNames.of(repeat, i, p.name())));
          }
        }
        enters(s, i);
        ReferenceInterpreter interpreter = interpreter(s, i);
        Map<Integer, Tensor> all = interpreter.forward(body, given);
        ReluInputs.count(body, all, listener);
        visits.push(new Visit(s, i, interpreter.kept(training.sections().get(s), all)));
        for (int r = 0; r < body.results().size(); r++) {
          Tensor result = all.get(body.results().get(r));
          values.put(section.results().get(r), result);
          if (section.layers() > 1) {
            arguments.set(r, result);
          }
        }
      }
    }
  }

  /** Moves gradients from a section's results to its operands. */
  private void backward(Visit visit, Map<Integer, Tensor> gradients, Map<String, Tensor> byName) {
    enters(visit.section(), visit.instance());
    Section section = graph().sections().get(visit.section());
    TrainingBody body = training.sections().get(visit.section());
    Map<Integer, Tensor> given = new HashMap<>(visit.kept());
    for (int r = 0; r < section.results().size(); r++) {
      int incoming = body.resultGradients().get(r);
      if (incoming >= 0) {
        int result = section.results().get(r);
        Tensor gradient = gradients.get(result);
        int[] shape = interpreter(visit.section(), 0).shape(graph().value(result).type());
        given.put(incoming, gradient == null ? Tensor.zeros(shape) : gradient);
      }
      gradients.remove(section.results().get(r));
    }
    Map<Integer, Tensor> values =
        interpreter(visit.section(), visit.instance()).backward(body, given);
    boolean first = visit.instance() == 0;
    for (int a = 0; a < section.operands().size(); a++) {
      int gradient = body.argumentGradients().get(a);
      if (gradient >= 0) {
        boolean carried = !first && a < section.results().size();
        int to = carried ? section.results().get(a) : section.operands().get(a);
        gradients.merge(to, values.get(gradient), ReferenceTraining::sum);
      }
    }
    if (section instanceof Section.Repeat repeat) {
      for (int p = 0; p < body.forward().parameters().size(); p++) {
        int gradient = body.parameterGradients().get(p);
        if (gradient >= 0) {
          String name = body.forward().parameters().get(p).name();
          byName.put(InstanceNames.of(repeat, visit.instance(), name), values.get(gradient));
        }
      }
    }
  }

  private static Tensor sum(Tensor a, Tensor b) {
    return Tensor.filled(a.shape(), i -> a.data()[i] + b.data()[i]);
  }
}
