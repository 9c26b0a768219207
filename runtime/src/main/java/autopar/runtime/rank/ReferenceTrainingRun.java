package autopar.runtime.rank;

import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.runtime.checkpoint.Box;
import autopar.runtime.checkpoint.Checkpoint;
import autopar.runtime.checkpoint.Piece;
import autopar.runtime.checkpoint.StoredTensor;
import autopar.runtime.reference.ReferenceListener;
import autopar.runtime.reference.ReferenceOptimizer;
import autopar.runtime.reference.ReferenceParameters;
import autopar.runtime.reference.ReferenceRun;
import autopar.runtime.reference.ReferenceTraining;
import autopar.runtime.reference.Tensor;
import autopar.training.OptimizerState;
import autopar.training.TrainingGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The unsharded model, in double precision: what every other run is compared with. */
public final class ReferenceTrainingRun implements TrainingRun {

  private final ReferenceRun reference;
  private final ReferenceOptimizer optimizer;
  private ReferenceOptimizer.Point point;
  private Map<String, Tensor> gradients = Map.of();

  /** Trains {@code graph} with the data, batch and optimizer of {@code run}. */
  public ReferenceTrainingRun(RankExecutor.Run run, Graph graph, ReferenceListener listener) {
    reference =
        new ReferenceRun(
            TrainingGraph.of(graph),
            run.data(),
            run.bundle().globalBatch(),
            run.bundle().microBatch(),
            run.seed(),
            listener);
    optimizer = new ReferenceOptimizer(run.bundle().optimizer(), run.settings());
    point = ReferenceOptimizer.Point.start(ReferenceParameters.draw(graph, run.seed()));
  }

  @Override
  public boolean reports() {
    return true;
  }

  @Override
  public OptionalDouble step(int step) {
    ReferenceTraining.Step taken = reference.step(step, point.parameters());
    gradients = taken.gradients();
    point = optimizer.step(point, gradients);
    return OptionalDouble.of(taken.loss());
  }

  @Override
  public WholeTensors.Gathered gather() {
    return new WholeTensors.Gathered(data(gradients), data(point.parameters()));
  }

  private static Map<String, double[]> data(Map<String, Tensor> tensors) {
    Map<String, double[]> data = new TreeMap<>();
    tensors.forEach((name, tensor) -> data.put(name, tensor.data()));
    return data;
  }

  @Override
  public Map<Integer, List<Piece>> pieces() {
    List<Piece> pieces = new ArrayList<>();
    point.parameters().forEach((name, tensor) -> pieces.add(piece(name, tensor)));
    point
        .state()
        .forEach((name, states) ->
            states.forEach((kind, tensor) -> pieces.add(piece(kind + "(" + name + ")", tensor))));
    return Map.of(0, pieces);
  }

  private static Piece piece(String name, Tensor tensor) {
    List<Long> shape = Arrays.stream(tensor.shape()).mapToObj(d -> (long) d).toList();
    float[] data = new float[tensor.size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) tensor.data()[i];
    }
    return new Piece(name, shape, Box.whole(shape), data);
  }

  @Override
  public void restore(Checkpoint checkpoint) {
    Map<String, Tensor> parameters = new TreeMap<>();
    Map<String, Map<String, Tensor>> states = new TreeMap<>();
    for (StoredTensor stored : checkpoint.tensors()) {
      int open = stored.name().indexOf('(');
      if (open < 0) {
        parameters.put(stored.name(), read(checkpoint, stored));
      }
    }
    // States keep the optimizer's order, which is not that of their names.
    for (OptimizerState.StateTensor kind :
        OptimizerState.of(optimizer.rule(), Precision.FP32, true).tensors()) {
      for (String name : parameters.keySet()) {
        checkpoint
            .tensor(kind.name() + "(" + name + ")")
            .ifPresent(stored ->
                states
                    .computeIfAbsent(name, n -> new LinkedHashMap<>())
                    .put(kind.name(), read(checkpoint, stored)));
      }
    }
    point = new ReferenceOptimizer.Point(checkpoint.step(), parameters, states);
  }

  private static Tensor read(Checkpoint checkpoint, StoredTensor stored) {
    float[] data = checkpoint.read(stored.name(), Box.whole(stored.shape()));
    int[] shape = stored.shape().stream().mapToInt(Math::toIntExact).toArray();
    return Tensor.filled(shape, i -> data[i]);
  }

  @Override
  public void barrier() {
    // There is nobody to wait for.
  }

  @Override
  public Map<String, Long> traffic() {
    return Map.of();
  }

  @Override
  public Path agree(Path own) {
    return own;
  }

  @Override
  public void close() {}
}
