package autopar.ir.type;

import java.util.List;
import java.util.stream.Collectors;

/** Element type and shape of a value; a scalar has no dimensions. */
public record TensorType(ElementType element, List<Extent> shape) {

  public TensorType {
    shape = List.copyOf(shape);
  }

  public int rank() {
    return shape.size();
  }

  /** Number of elements at the given batch; saturates to an {@link ArithmeticException}. */
  public long elements(long batch) {
    long n = 1;
    for (Extent e : shape) {
      n = Math.multiplyExact(n, e.at(batch));
    }
    return n;
  }

  /** True when some dimension grows with the batch. */
  public boolean batched() {
    return shape.stream().anyMatch(Extent::batched);
  }

  @Override
  public String toString() {
    String dims = shape.stream().map(Extent::toString).collect(Collectors.joining(", ", "[", "]"));
    return switch (element) {
      case REAL -> dims;
      case FLOAT32 -> "f32" + dims;
      case INT32 -> "i32" + dims;
      case BOOL -> "bool" + dims;
    };
  }
}
