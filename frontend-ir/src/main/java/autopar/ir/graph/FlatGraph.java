package autopar.ir.graph;

import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A graph as one list of nodes over one list of values: inputs, then parameters, then node results.
 *
 * <p>{@code model} gives the name and the dims; its sections are those that were written out.
 */
record FlatGraph(
    Graph model,
    List<Value> values,
    List<Parameter> parameters,
    List<Node> nodes,
    Optional<Integer> loss,
    List<Integer> outputs) {

  /** A run of nodes {@code [from, to)}: straight code, or equal layers. */
  sealed interface Piece {
    int from();

    int to();

    record Run(int from, int to) implements Piece {}

    record Layers(int from, int to, LayerRun run) implements Piece {}
  }

  /** The graph whose sections are {@code pieces}, which cover all nodes in order. */
  Graph cut(List<Piece> pieces) {
    return new Cutter(this).cut(pieces);
  }

  /** Values that something reads which is not a node. */
  Set<Integer> roots() {
    Set<Integer> roots = new LinkedHashSet<>(outputs);
    loss.ifPresent(roots::add);
    return roots;
  }

  private static final class Cutter {
    private final FlatGraph flat;
    private final List<Value> values = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final int[] ids;
    private final int[] lastReader;

    Cutter(FlatGraph flat) {
      this.flat = flat;
      this.ids = new int[flat.values.size()];
      Arrays.fill(ids, -1);
      this.lastReader = new int[flat.values.size()];
      Arrays.fill(lastReader, -1);
      for (Node node : flat.nodes) {
        node.operands().forEach(o -> lastReader[o] = node.id());
      }
      flat.roots().forEach(r -> lastReader[r] = flat.nodes.size());
    }

    Graph cut(List<Piece> pieces) {
      List<Value> inputs = new ArrayList<>();
      for (int i = 0; i < flat.model.inputs().size(); i++) {
        inputs.add(global(i));
      }
      Set<Integer> ownedByLayers = new LinkedHashSet<>();
      for (Piece piece : pieces) {
        if (piece instanceof Piece.Layers l) {
          ownedByLayers.addAll(l.run().ownedParameters());
        }
      }
      for (Parameter p : flat.parameters) {
        if (!ownedByLayers.contains(p.value().id())) {
          parameters.add(
              new Parameter(global(p.value().id()), p.initializer(), p.frozen(), p.span()));
        }
      }
      for (Piece piece : pieces) {
        switch (piece) {
          case Piece.Run r -> straight(r);
          case Piece.Layers l -> layers(l);
        }
      }
      Graph m = flat.model;
      return new Graph(
          m.name(),
          m.dims(),
          m.batchDim(),
          m.defaultBatch(),
          values,
          inputs,
          parameters,
          sections,
          flat.loss.map(l -> ids[l]),
          flat.outputs.stream().map(o -> ids[o]).toList());
    }

    private Value global(int flatId) {
      ids[flatId] = values.size();
      values.add(new Value(ids[flatId], flat.values.get(flatId).name(), type(flatId)));
      return values.getLast();
    }

    private TensorType type(int flatId) {
      return flat.values.get(flatId).type();
    }

    private void straight(Piece.Run run) {
      List<Node> nodes = flat.nodes.subList(run.from(), run.to());
      Set<Integer> read = new LinkedHashSet<>();
      Set<Integer> made = new LinkedHashSet<>();
      for (Node node : nodes) {
        node.operands().stream().filter(o -> !made.contains(o)).forEach(read::add);
        made.addAll(node.results());
      }
      List<Integer> results = made.stream().filter(r -> lastReader[r] >= run.to()).toList();
      List<Integer> arguments = new ArrayList<>(read);
      Body body =
          LocalBody.of(
              nodes, arguments, List.of(), results, flat.values, id -> flat.values.get(id).name());
      List<Integer> operands = arguments.stream().map(a -> ids[a]).toList();
      sections.add(
          new Section.Straight(body, operands, results.stream().map(r -> global(r).id()).toList()));
    }

    private void layers(Piece.Layers piece) {
      LayerRun run = piece.run();
      List<Integer> operands = run.arguments().stream().map(a -> ids[a]).toList();
      List<Integer> results = run.results().stream().map(r -> global(r).id()).toList();
      sections.add(
          new Section.Repeat(
              run.block(), run.firstInstance(), run.count(), run.body(), operands, results));
    }
  }
}
