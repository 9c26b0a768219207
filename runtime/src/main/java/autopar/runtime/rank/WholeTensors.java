package autopar.runtime.rank;

import autopar.ir.type.TensorType;
import autopar.program.Box;
import autopar.program.Buffer;
import autopar.program.ParameterSlot;
import autopar.program.StageMesh;
import autopar.program.StageProgram;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts whole tensors together from the blocks of ranks: of copies one counts, summands are added,
 * and what several stages hold is added too where it is a gradient.
 */
public final class WholeTensors {

  private final Map<String, double[]> tensors = new TreeMap<>();

  /** Adds what {@code rank} holds of every trained parameter's gradient. */
  public void addGradients(RankExecutor rank) {
    for (ParameterSlot slot : rank.program().parameters()) {
      slot.gradient().ifPresent(g -> add(rank, slot, g, true));
    }
  }

  /**
   * Adds what {@code rank} holds of every parameter: its fp32 copy where there is one. A parameter
   * that several stages hold is taken from the first.
   */
  public void addParameters(RankExecutor rank) {
    for (ParameterSlot slot : rank.program().parameters()) {
      add(rank, slot, slot.master().orElse(slot.value()), false);
    }
  }

  private void add(RankExecutor rank, ParameterSlot slot, int buffer, boolean everyStage) {
    Buffer b = rank.program().buffer(buffer);
    if (isFirstCopy(rank.program(), b, rank.position())) {
      add(slot.name(), slot.type(), rank.box(buffer), rank.held(buffer), everyStage);
    }
  }

  /** Does the rank at {@code position} stand first along every axis that holds copies? */
  static boolean isFirstCopy(StageProgram program, Buffer buffer, int position) {
    StageMesh mesh = program.mesh();
    int[] at = mesh.coordinates(position);
    int others = buffer.layout().splitAxes() | buffer.layout().partial();
    for (int axis = 0; axis < at.length; axis++) {
      if ((others & 1 << axis) == 0 && at[axis] != 0) {
        return false;
      }
    }
    return true;
  }

  private void add(String name, TensorType type, Box box, float[] data, boolean sum) {
    double[] whole =
        tensors.computeIfAbsent(name, n -> new double[Math.toIntExact(type.elements(1))]);
    long[] extents = type.shape().stream().mapToLong(e -> e.count()).toArray();
    BlockElements.forEach(
        box,
        extents,
        (local, index) -> {
          int i = Math.toIntExact(index);
          whole[i] = sum ? whole[i] + data[local] : data[local];
        });
  }

  /** The tensors by name. */
  public Map<String, double[]> tensors() {
    return tensors;
  }
}
