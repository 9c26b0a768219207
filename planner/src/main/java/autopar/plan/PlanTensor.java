package autopar.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tensor of a stage and how it lies on the stage's mesh.
 *
 * <p>{@code shape} is the whole tensor (activations: of one micro-batch); {@code sharding} names
 * per dimension the axes that split it, major first; over the axes in {@code partial} every device
 * holds a summand. A shard of a dimension of n over k devices is ceil(n / k) long.
 *
 * <p>{@code stored} is the sharding at rest where it differs from that of use (parameters under
 * ZeRO-3). {@code flat} names axes that split what is left after {@code stored} as one flat vector,
 * for tensors too small or uneven to split by dimension.
 *
 * <p>{@code saved} is there for activations that live from forward to backward. Names: a gradient
 * is {@code grad(x)}, optimizer state {@code master(x)}, {@code m(x)}, {@code v(x)}.
 */
public record PlanTensor(
    String name,
    int stage,
    TensorKind kind,
    List<Long> shape,
    Dtype dtype,
    List<List<String>> sharding,
    List<String> partial,
    TensorPhase phase,
    Optional<List<List<String>>> stored,
    List<String> flat,
    Optional<SavedActivation> saved) {

  public PlanTensor {
    shape = List.copyOf(shape);
    sharding = copy(sharding);
    partial = List.copyOf(partial);
    stored = stored.map(PlanTensor::copy);
    flat = List.copyOf(flat);
  }

  private static List<List<String>> copy(List<List<String>> sharding) {
    List<List<String>> dims = new ArrayList<>(sharding.size());
    sharding.forEach(axes -> dims.add(List.copyOf(axes)));
    return List.copyOf(dims);
  }

  /** A tensor stored as it is used. */
  public static PlanTensor of(
      String name,
      int stage,
      TensorKind kind,
      List<Long> shape,
      Dtype dtype,
      List<List<String>> sharding,
      TensorPhase phase) {
    return new PlanTensor(
        name,
        stage,
        kind,
        shape,
        dtype,
        sharding,
        List.of(),
        phase,
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  /** Another tensor that lies the same. */
  public PlanTensor withName(String other) {
    return new PlanTensor(
        other, stage, kind, shape, dtype, sharding, partial, phase, stored, flat, saved);
  }

  /** Number of elements of the whole tensor. */
  public long elements() {
    long n = 1;
    for (long d : shape) {
      n = Math.multiplyExact(n, d);
    }
    return n;
  }
}
