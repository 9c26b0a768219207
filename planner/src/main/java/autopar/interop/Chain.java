package autopar.interop;

import autopar.ir.graph.Graph;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.type.Precision;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The model as a chain of units that a pipeline may cut: one unit per layer, with straight code
 * attached to a neighbour (what comes before the first layer to it, what comes between to the next,
 * what comes after the last to it). A model without repeated blocks is one unit.
 */
public final class Chain {

  private final Graph graph;
  private final int units;
  private final int[] firstUnit;
  private final long[] crossingElements;
  private final List<TiedParameter> tied;
  private final double[] trainableBefore;

  public Chain(Graph graph) {
    this.graph = graph;
    this.units = Math.max(1, graph.layers());
    this.firstUnit = attach(graph);
    this.crossingElements = crossings();
    this.tied = tiedParameters(graph);
    this.trainableBefore = trainableBefore(graph);
  }

  private int[] attach(Graph graph) {
    int[] first = new int[graph.sections().size()];
    int next = 0;
    for (int s = 0; s < first.length; s++) {
      first[s] = Math.min(next, units - 1);
      next += graph.sections().get(s).layers();
    }
    return first;
  }

  private static List<TiedParameter> tiedParameters(Graph graph) {
    List<TiedParameter> found = new ArrayList<>();
    for (Parameter parameter : graph.parameters()) {
      List<Integer> readers = new ArrayList<>();
      for (int s = 0; s < graph.sections().size(); s++) {
        if (graph.sections().get(s).operands().contains(parameter.value().id())) {
          readers.add(s);
        }
      }
      if (readers.size() > 1 && !parameter.frozen()) {
        found.add(new TiedParameter(parameter.name(), parameter.elements(), readers));
      }
    }
    return List.copyOf(found);
  }

  public Graph graph() {
    return graph;
  }

  /** Number of places a stage may start at: units 0 to {@code units() - 1}. */
  public int units() {
    return units;
  }

  /** Trainable parameters that several sections read. */
  public List<TiedParameter> tied() {
    return tied;
  }

  /**
   * Trainable parameters of the layers in units [from, to); those outside blocks are not counted,
   * which makes this a lower bound.
   */
  public double trainableParameters(int from, int to) {
    return trainableBefore[to] - trainableBefore[from];
  }

  private double[] trainableBefore(Graph graph) {
    double[] before = new double[units + 1];
    for (int unit = 0; unit < units; unit++) {
      before[unit + 1] = before[unit];
      for (int s = 0; s < graph.sections().size(); s++) {
        if (count(s, unit, unit + 1) > 0) {
          for (Parameter p : graph.sections().get(s).body().parameters()) {
            before[unit + 1] += p.frozen() ? 0 : p.elements();
          }
        }
      }
    }
    return before;
  }

  /** Does a later one of {@code present} read a tied parameter of {@code section}? */
  boolean tiedLater(int section, int[] present) {
    for (TiedParameter parameter : tied) {
      for (int other : present) {
        if (other > section
            && parameter.sections().contains(section)
            && parameter.sections().contains(other)) {
          return true;
        }
      }
    }
    return false;
  }

  /** What layers hand on: the first carried value, or any batched value where nothing repeats. */
  public TensorType boundaryType() {
    for (Section section : graph.sections()) {
      if (section.layers() > 0) {
        return section.body().value(section.body().results().getFirst()).type();
      }
    }
    Section first = graph.sections().getFirst();
    return first.body().values().stream()
        .map(v -> v.type())
        .filter(t -> t.rank() > 1 && t.element().isReal() && t.shape().getFirst().batched())
        .findFirst()
        .orElse(first.body().value(first.body().results().getFirst()).type());
  }

  public int sections() {
    return firstUnit.length;
  }

  /** How many instances of section {@code section} lie in units [from, to). */
  public int count(int section, int from, int to) {
    int first = firstUnit[section];
    int layers = graph.sections().get(section).layers();
    if (layers == 0) {
      return from <= first && first < to ? 1 : 0;
    }
    return Math.max(0, Math.min(to, first + layers) - Math.max(from, first));
  }

  /** The first unit of a section; straight sections take part in one unit. */
  public int firstUnit(int section) {
    return firstUnit[section];
  }

  /**
   * Bytes per sample that cross the cut before unit {@code unit} in forward: values made before and
   * read after it.
   */
  public long crossingBytes(int unit, Precision precision) {
    return crossingElements[unit] * precision.bytes();
  }

  private long[] crossings() {
    int values = graph.values().size();
    int[] made = new int[values];
    int[] lastRead = new int[values];
    Arrays.fill(made, -1);
    Arrays.fill(lastRead, -1);
    for (int s = 0; s < graph.sections().size(); s++) {
      Section section = graph.sections().get(s);
      int last = firstUnit[s] + Math.max(1, section.layers()) - 1;
      section.results().forEach(v -> made[v] = last);
      for (int a = 0; a < section.operands().size(); a++) {
        // A carried value enters the first instance only; side values are read by all of them.
        boolean carried = section.layers() > 0 && a < section.body().results().size();
        int value = section.operands().get(a);
        lastRead[value] = Math.max(lastRead[value], carried ? firstUnit[s] : last);
      }
    }
    long[] elements = new long[units];
    for (int unit = 1; unit < units; unit++) {
      for (int v = 0; v < values; v++) {
        if (made[v] >= 0 && made[v] < unit && lastRead[v] >= unit) {
          elements[unit] += graph.value(v).type().elements(1);
        }
      }
      elements[unit] += carriedInside(unit);
    }
    return elements;
  }

  /** Values carried from layer to layer where the cut falls inside a repeated block. */
  private long carriedInside(int unit) {
    long elements = 0;
    for (int s = 0; s < graph.sections().size(); s++) {
      Section section = graph.sections().get(s);
      if (firstUnit[s] < unit && unit < firstUnit[s] + section.layers()) {
        for (int result : section.body().results()) {
          elements += section.body().value(result).type().elements(1);
        }
      }
    }
    return elements;
  }
}
