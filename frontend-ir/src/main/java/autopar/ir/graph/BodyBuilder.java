package autopar.ir.graph;

import autopar.diagnostics.SourceSpan;
import autopar.ir.op.Op;
import autopar.ir.op.ResultNames;
import autopar.ir.op.ShapeRules;
import autopar.ir.op.Shapes;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a body node by node and types every value. Arguments and parameters come before nodes, as
 * in every {@link Body}.
 */
public final class BodyBuilder {

  private final List<Value> values = new ArrayList<>();
  private final List<Integer> arguments = new ArrayList<>();
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();

  /** The type of a real tensor. */
  public static TensorType real(Extent... shape) {
    return new TensorType(ElementType.REAL, List.of(shape));
  }

  /** Declares an argument and returns its value. */
  public int argument(String name, TensorType type) {
    int id = declare(name, type);
    arguments.add(id);
    return id;
  }

  /** Declares a trainable weight drawn from N(0, 0.02^2). */
  public int parameter(String name, long... shape) {
    return parameter(name, false, shape);
  }

  /** Declares a parameter that is not trained. */
  public int frozen(String name, long... shape) {
    return parameter(name, true, shape);
  }

  private int parameter(String name, boolean frozen, long... shape) {
    int id =
        declare(
            name,
            new TensorType(ElementType.REAL, Arrays.stream(shape).mapToObj(Extent::of).toList()));
    parameters.add(
        new Parameter(values.get(id), new Initializer.Normal(0.02), frozen, SourceSpan.NONE));
    return id;
  }

  /**
   * Appends a node and returns its value.
   *
   * @throws IllegalArgumentException when the operands do not fit
   */
  public int node(String name, Op op, Integer... operands) {
    List<TensorType> types = Arrays.stream(operands).map(o -> values.get(o).type()).toList();
    return switch (ShapeRules.infer(op, types)) {
      case Shapes.Mismatch mismatch ->
          throw new IllegalArgumentException(name + ": " + mismatch.message() + " " + types);
      case Shapes.Ok ok -> {
        List<Integer> results = new ArrayList<>();
        for (int i = 0; i < ok.results().size(); i++) {
          results.add(declare(name + ResultNames.suffixes(op).get(i), ok.results().get(i)));
        }
        nodes.add(new Node(nodes.size(), name, op, List.of(operands), results, SourceSpan.NONE));
        yield results.get(0);
      }
    };
  }

  /** The body so far, with these values as its results. */
  public Body returning(Integer... results) {
    return new Body(values, arguments, parameters, nodes, List.of(results));
  }

  private int declare(String name, TensorType type) {
    values.add(new Value(values.size(), name, type));
    return values.size() - 1;
  }
}
