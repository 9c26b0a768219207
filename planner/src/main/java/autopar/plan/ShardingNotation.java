package autopar.plan;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The text form of a tensor on a mesh: {@code bf16[9216, 72@tensor, 128]}, with the axes of a
 * dimension joined major first ({@code 1024@data.tensor}) and summands named at the end ({@code
 * partial@tensor}).
 */
public final class ShardingNotation {
  private ShardingNotation() {}

  /** The tensor's type with its sharding of use. */
  public static String of(PlanTensor tensor) {
    return of(tensor.dtype(), tensor.shape(), tensor.sharding(), tensor.partial());
  }

  /** The type {@code dtype[shape]} with a sharding. */
  public static String of(
      Dtype dtype, List<Long> shape, List<List<String>> sharding, List<String> partial) {
    StringBuilder text = new StringBuilder(dtype.text()).append('[');
    for (int d = 0; d < shape.size(); d++) {
      text.append(d == 0 ? "" : ", ").append(shape.get(d));
      List<String> axes = d < sharding.size() ? sharding.get(d) : List.of();
      if (!axes.isEmpty()) {
        text.append('@').append(String.join(".", axes));
      }
    }
    text.append(']');
    if (!partial.isEmpty()) {
      text.append(" partial@").append(String.join(".", partial));
    }
    return text.toString();
  }

  /** The mesh as {@code data=2 x tensor=4}. */
  public static String of(List<MeshAxis> mesh) {
    return mesh.stream().map(a -> a.name() + "=" + a.size()).collect(Collectors.joining(" x "));
  }
}
