package autopar.training;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Value;
import autopar.ir.op.FactorRules;
import autopar.ir.op.ShapeRules;
import autopar.ir.op.Shapes;
import autopar.ir.type.TensorType;
import autopar.sharding.Factor;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.BitSet;
import java.util.List;

/**
 * What holds for every training body, whatever it recomputes.
 *
 * <ul>
 *   <li>T1: its values begin with those of the forward body, and ids are indices.
 *   <li>T2: whatever backward reads is there: a parameter, an argument that is no activation, a
 *       saved value, an incoming gradient, or a result of an earlier backward node.
 *   <li>T3: every backward value is made exactly once.
 *   <li>T4: the results of every backward node have the types that its op gives them.
 *   <li>T5: a gradient has the type of its value.
 *   <li>T6: a trainable parameter that a result with a gradient depends on has one gradient, any
 *       other parameter none.
 *   <li>T7: a node derives from a forward node, a sum of gradients of an argument or parameter from
 *       none; a recomputed node has the op of its origin.
 *   <li>T8: every factor of a backward node that can be sharded is a factor of its origin with the
 *       same extent (see {@link BackwardFactors}).
 *   <li>T9: saved is, in ascending order, exactly what backward reads of forward node results and
 *       batched arguments.
 * </ul>
 */
public final class TrainingBodyVerifier {

  private final TrainingBody body;
  private final Body forward;

  private TrainingBodyVerifier(TrainingBody body) {
    this.body = body;
    this.forward = body.forward();
  }

  /**
   * Checks {@code body}.
   *
   * @throws CompilerBug naming the constraint that does not hold
   */
  public static void verify(TrainingBody body) {
    TrainingBodyVerifier verifier = new TrainingBodyVerifier(body);
    verifier.checkValues();
    verifier.checkOrder();
    verifier.checkTypes();
    verifier.checkGradients();
    verifier.checkOrigins();
    verifier.checkSaved();
  }

  private static void require(boolean holds, String constraint, String node, String message) {
    if (!holds) {
      throw new CompilerBug("TrainingBodyVerifier", node, constraint + ": " + message);
    }
  }

  private void checkValues() {
    List<Value> values = body.values();
    for (int i = 0; i < values.size(); i++) {
      require(values.get(i).id() == i, "T1", values.get(i).name(), "its id is not its index");
    }
    int own = forward.values().size();
    require(
        values.size() >= own && values.subList(0, own).equals(forward.values()),
        "T1",
        body.recompute().text(),
        "the forward values are not the first ones");
  }

  private void checkOrder() {
    BitSet there = new BitSet();
    forward.parameters().forEach(p -> there.set(p.value().id()));
    forward.arguments().stream()
        .filter(a -> !forward.value(a).type().batched())
        .forEach(there::set);
    body.saved().forEach(there::set);
    BitSet made = new BitSet();
    for (int gradient : body.resultGradients()) {
      if (gradient >= 0) {
        there.set(gradient);
        made.set(gradient);
      }
    }
    for (TrainingNode node : body.backward()) {
      for (int operand : node.operands()) {
        require(there.get(operand), "T2", node.name(), name(operand) + " is not there");
      }
      for (int result : node.results()) {
        boolean own = result >= forward.values().size() && !made.get(result);
        require(own, "T3", node.name(), name(result) + " is made twice");
        there.set(result);
        made.set(result);
      }
    }
    int backward = body.values().size() - forward.values().size();
    require(made.cardinality() == backward, "T3", body.recompute().text(), "a value is never made");
  }

  private void checkTypes() {
    for (TrainingNode node : body.backward()) {
      List<TensorType> results = types(node.results());
      Shapes shapes = ShapeRules.infer(node.op(), types(node.operands()));
      require(
          shapes instanceof Shapes.Ok ok && ok.results().equals(results),
          "T4",
          node.name(),
          node.op() + " does not make " + results);
    }
  }

  private void checkGradients() {
    checkGradientTypes(forward.results(), body.resultGradients());
    checkGradientTypes(forward.arguments(), body.argumentGradients());
    List<Integer> parameters = forward.parameters().stream().map(p -> p.value().id()).toList();
    checkGradientTypes(parameters, body.parameterGradients());
    BitSet reaching = reachingLoss(body);
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = forward.parameters().get(i);
      boolean wanted = !parameter.frozen() && reaching.get(parameters.get(i));
      require(
          wanted == body.parameterGradients().get(i) >= 0,
          "T6",
          parameter.name(),
          wanted ? "has no gradient" : "has a gradient");
    }
  }

  private void checkGradientTypes(List<Integer> values, List<Integer> gradients) {
    require(
        values.size() == gradients.size(), "T5", body.recompute().text(), "gradients are missing");
    for (int i = 0; i < values.size(); i++) {
      int gradient = gradients.get(i);
      require(
          gradient < 0 || type(gradient).equals(type(values.get(i))),
          "T5",
          name(values.get(i)),
          "its gradient has another type");
    }
  }

  /** The forward values that a result with an incoming gradient depends on. */
  static BitSet reachingLoss(TrainingBody body) {
    BitSet reaching = new BitSet();
    List<Integer> results = body.forward().results();
    for (int r = 0; r < results.size(); r++) {
      reaching.set(
          results.get(r), reaching.get(results.get(r)) || body.resultGradients().get(r) >= 0);
    }
    for (Node node : body.forward().nodes().reversed()) {
      int result = node.results().get(0);
      if (reaching.get(result) && body.forward().value(result).type().element().isReal()) {
        node.operands().forEach(reaching::set);
      }
    }
    return reaching;
  }

  private void checkOrigins() {
    for (TrainingNode node : body.backward()) {
      if (node.origin() < 0) {
        require(
            BackwardFactors.isSum(node.op()) && !node.recomputed(),
            "T7",
            node.name(),
            "it has no origin");
        continue;
      }
      require(
          node.origin() < forward.nodes().size(), "T7", node.name(), "its origin does not exist");
      Node origin = forward.nodes().get(node.origin());
      require(
          !node.recomputed() || node.op().equals(origin.op()),
          "T7",
          node.name(),
          "it is no copy of its origin");
      checkFactors(node, origin);
    }
  }

  private void checkFactors(TrainingNode node, Node origin) {
    FactorRule own = BackwardFactors.of(body, node);
    FactorRule given =
        FactorRules.of(origin.op(), types(origin.operands()), types(origin.results()));
    for (Factor factor : own.factors()) {
      int index = given.indexOf(factor.name());
      boolean shared = index >= 0 && given.factors().get(index).extent().equals(factor.extent());
      require(
          shared || factor.kind() == FactorKind.NEEDS_REPLICATION,
          "T8",
          node.name(),
          "%s is no factor of %s".formatted(factor, origin.name()));
    }
  }

  private void checkSaved() {
    BitSet read = new BitSet();
    for (TrainingNode node : body.backward()) {
      node.operands().stream().filter(o -> o < forward.values().size()).forEach(read::set);
    }
    forward.parameters().forEach(p -> read.clear(p.value().id()));
    forward.arguments().stream()
        .filter(a -> !forward.value(a).type().batched())
        .forEach(read::clear);
    require(
        body.saved().equals(read.stream().boxed().toList()),
        "T9",
        body.recompute().text(),
        "saved is %s but backward reads %s".formatted(body.saved(), read));
  }

  private String name(int value) {
    return body.values().get(value).name();
  }

  private TensorType type(int value) {
    return body.values().get(value).type();
  }

  private List<TensorType> types(List<Integer> values) {
    return values.stream().map(this::type).toList();
  }
}
