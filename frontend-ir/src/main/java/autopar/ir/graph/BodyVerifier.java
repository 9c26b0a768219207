package autopar.ir.graph;

import autopar.diagnostics.CompilerBug;
import autopar.ir.op.ShapeRules;
import autopar.ir.op.Shapes;
import autopar.ir.type.ElementType;
import autopar.ir.type.TensorType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks one body.
 *
 * <ul>
 *   <li>G1: value i of a body has id i; arguments come first, then parameters, then node results in
 *       node order; node i has id i.
 *   <li>G2: a node reads only values that exist before it, and results of the body exist.
 *   <li>G3: the results of a node have the types that its op gives them.
 *   <li>G4: names of values are unique within the body.
 *   <li>G5: parameters are real and do not depend on the batch.
 * </ul>
 */
final class BodyVerifier {

  private final String where;
  private final Body body;

  private BodyVerifier(String where, Body body) {
    this.where = where;
    this.body = body;
  }

  /**
   * Checks {@code body}, which messages call {@code where}.
   *
   * @throws CompilerBug naming the first broken constraint
   */
  static void verify(String where, Body body) {
    new BodyVerifier(where, body).verify();
  }

  private void verify() {
    Set<String> names = new HashSet<>();
    for (Value v : body.values()) {
      require(names.add(v.name()), "G4", v.name(), "the name is taken");
    }
    int next = 0;
    for (int argument : body.arguments()) {
      next = define(next, argument, "argument");
    }
    for (Parameter p : body.parameters()) {
      next = define(next, p.value().id(), "parameter");
      require(
          body.value(p.value().id()).equals(p.value()), "G1", p.name(), "differs from its value");
      checkParameter(where, p);
    }
    for (int i = 0; i < body.nodes().size(); i++) {
      Node node = body.nodes().get(i);
      require(node.id() == i, "G1", node.name(), "node " + i + " has id " + node.id());
      for (int operand : node.operands()) {
        require(operand >= 0 && operand < next, "G2", node.name(), "reads a later value");
      }
      for (int result : node.results()) {
        next = define(next, result, "result of " + node.name());
      }
      types(node);
    }
    require(next == body.values().size(), "G1", where, "some value is defined by nothing");
    for (int result : body.results()) {
      require(result >= 0 && result < next, "G2", where, "a result does not exist");
    }
  }

  static void checkParameter(String where, Parameter p) {
    TensorType type = p.value().type();
    if (type.element() != ElementType.REAL || type.batched()) {
      throw broken("G5", where + "." + p.name(), "a parameter of type " + type);
    }
  }

  private int define(int next, int id, String what) {
    require(id == next, "G1", where, what + " has id " + id + ", not " + next);
    require(id < body.values().size(), "G1", where, what + " has no value");
    require(body.value(id).id() == id, "G1", where, what + " has the value of another");
    return next + 1;
  }

  private void types(Node node) {
    List<TensorType> operands = node.operands().stream().map(o -> body.value(o).type()).toList();
    List<TensorType> results = node.results().stream().map(r -> body.value(r).type()).toList();
    switch (ShapeRules.infer(node.op(), operands)) {
      case Shapes.Ok ok ->
          require(
              ok.results().equals(results),
              "G3",
              node.name(),
              "has types " + results + ", its op gives " + ok.results());
      case Shapes.Mismatch wrong -> require(false, "G3", node.name(), wrong.message());
    }
  }

  private void require(boolean holds, String constraint, String node, String message) {
    if (!holds) {
      throw broken(constraint, where + "." + node, message);
    }
  }

  static CompilerBug broken(String constraint, String node, String message) {
    return new CompilerBug("GraphVerifier " + constraint, node, message);
  }
}
