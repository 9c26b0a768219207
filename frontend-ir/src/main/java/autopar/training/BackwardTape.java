package autopar.training;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Value;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Op;
import autopar.ir.op.ShapeRules;
import autopar.ir.op.Shapes;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The backward nodes of one body while they are written: types every new value and sums the
 * gradients of a value as they arrive, so that no two of them live longer than needed.
 */
final class BackwardTape {

  private static final int NONE = -1;

  private final Body forward;
  private final List<Value> values;
  private final List<TrainingNode> nodes = new ArrayList<>();
  private final int[] gradient;
  private final int[] producer;
  private final Map<String, Integer> uses = new HashMap<>();
  private int origin = NONE;

  BackwardTape(Body forward) {
    this.forward = forward;
    this.values = new ArrayList<>(forward.values());
    this.gradient = new int[forward.values().size()];
    this.producer = new int[forward.values().size()];
    Arrays.fill(gradient, NONE);
    Arrays.fill(producer, NONE);
    for (Node node : forward.nodes()) {
      for (int result : node.results()) {
        producer[result] = node.id();
      }
    }
  }

  /** Everything emitted from now on derives from forward node {@code node}. */
  void derivingFrom(int node) {
    origin = node;
  }

  /** Declares the gradient that arrives from outside for forward value {@code value}. */
  int incoming(int value) {
    int id = declare(gradientName(value), values.get(value).type());
    contribute(value, id);
    return id;
  }

  /** The gradient of a forward value so far, or -1. */
  int gradientOf(int value) {
    return gradient[value];
  }

  TensorType type(int value) {
    return values.get(value).type();
  }

  /** Appends a node and returns its results; {@code of} is the forward value it works towards. */
  List<Integer> emit(Op op, List<Integer> operands, List<Integer> of) {
    List<TensorType> types = operands.stream().map(this::type).toList();
    return switch (ShapeRules.infer(op, types)) {
      case Shapes.Mismatch mismatch ->
          throw new CompilerBug(
              "Differentiate", values.get(of.get(0)).name(), op + ": " + mismatch.message());
      case Shapes.Ok ok -> {
        List<Integer> results = new ArrayList<>();
        for (int i = 0; i < ok.results().size(); i++) {
          results.add(declare(gradientName(of.get(i)), ok.results().get(i)));
        }
        nodes.add(
            new TrainingNode(
                values.get(results.get(0)).name(), op, origin, false, operands, results));
        yield results;
      }
    };
  }

  /** Appends a node with one result. */
  int emit(Op op, List<Integer> operands, int of) {
    return emit(op, operands, List.of(of)).get(0);
  }

  /** Adds {@code contribution} to the gradient of forward value {@code value}. */
  void contribute(int value, int contribution) {
    if (gradient[value] == NONE) {
      gradient[value] = contribution;
      return;
    }
    int current = origin;
    origin = producer[value];
    gradient[value] =
        emit(new Binary(BinaryKind.ADD), List.of(gradient[value], contribution), value);
    origin = current;
  }

  /** {@code grad(v)} for the first gradient of v that is made, then {@code grad(v).1}, .. */
  private String gradientName(int value) {
    String base = "grad(" + forward.value(value).name() + ")";
    int use = uses.merge(base, 1, Integer::sum) - 1;
    return use == 0 ? base : base + "." + use;
  }

  private int declare(String name, TensorType type) {
    values.add(new Value(values.size(), name, type));
    return values.size() - 1;
  }

  /**
   * The values with final names: the complete gradient of v is {@code grad(v)}, what was summed
   * into it is numbered.
   */
  List<Value> values() {
    List<Value> named = new ArrayList<>(values);
    Map<String, Integer> first = new HashMap<>();
    for (Value value : values.subList(gradient.length, values.size())) {
      first.putIfAbsent(value.name(), value.id());
    }
    for (int v = 0; v < gradient.length; v++) {
      String wanted = "grad(" + forward.value(v).name() + ")";
      int holder = gradient[v];
      if (holder != NONE && values.get(holder).name().startsWith(wanted + ".")) {
        int other = first.get(wanted);
        rename(named, other, values.get(holder).name());
        rename(named, holder, wanted);
      }
    }
    return named;
  }

  private static void rename(List<Value> values, int id, String name) {
    values.set(id, new Value(id, name, values.get(id).type()));
  }

  List<TrainingNode> nodes() {
    return nodes;
  }
}
