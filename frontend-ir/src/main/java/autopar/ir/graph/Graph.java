package autopar.ir.graph;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A typed model: sections in execution order over graph values.
 *
 * <p>{@code values} holds every graph value by id: inputs first, then graph parameters (those
 * outside blocks, in declaration order; several sections may use one, which is then tied), then
 * section results. {@code dims} keeps the evaluated dims in declaration order ("seq" -> 2048);
 * {@code batchDim} names the batch dim and {@code defaultBatch} its declared size.
 */
public record Graph(
    String name,
    Map<String, Long> dims,
    String batchDim,
    long defaultBatch,
    List<Value> values,
    List<Value> inputs,
    List<Parameter> parameters,
    List<Section> sections,
    Optional<Integer> loss,
    List<Integer> outputs) {

  public Graph {
    dims = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(dims));
    values = List.copyOf(values);
    inputs = List.copyOf(inputs);
    parameters = List.copyOf(parameters);
    sections = List.copyOf(sections);
    outputs = List.copyOf(outputs);
  }

  public Value value(int id) {
    return values.get(id);
  }

  /** Number of layers: the instances of repeated blocks. */
  public int layers() {
    return sections.stream().mapToInt(Section::layers).sum();
  }

  /** Number of parameters of the whole model, each tied tensor counted once. */
  public long parameterCount() {
    return count(false);
  }

  /** Number of parameters that are not frozen. */
  public long trainableParameterCount() {
    return count(true);
  }

  private long count(boolean trainableOnly) {
    long n = 0;
    for (Parameter p : parameters) {
      n = Math.addExact(n, trainableOnly && p.frozen() ? 0 : p.elements());
    }
    for (Section s : sections) {
      long perInstance = 0;
      for (Parameter p : s.body().parameters()) {
        perInstance = Math.addExact(perInstance, trainableOnly && p.frozen() ? 0 : p.elements());
      }
      n = Math.addExact(n, Math.multiplyExact(perInstance, Math.max(1, s.layers())));
    }
    return n;
  }
}
