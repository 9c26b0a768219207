package autopar.runtime.checkpoint;

import java.util.List;

/** A named tensor to be written to a safetensors file, with its values in row-major order. */
public sealed interface SafetensorsEntry {

  String name();

  StoredDtype dtype();

  List<Long> shape();

  /** Real numbers, stored as F32 or BF16. */
  record Floats(String name, StoredDtype dtype, List<Long> shape, float[] values)
      implements SafetensorsEntry {
    public Floats {
      shape = List.copyOf(shape);
      if (dtype != StoredDtype.F32 && dtype != StoredDtype.BF16) {
        throw new IllegalArgumentException("'" + name + "': floats cannot be stored as " + dtype);
      }
      checkSize(name, shape, values.length);
    }
  }

  /** Integers, stored as I64. */
  record Longs(String name, List<Long> shape, long[] values) implements SafetensorsEntry {
    public Longs {
      shape = List.copyOf(shape);
      checkSize(name, shape, values.length);
    }

    @Override
    public StoredDtype dtype() {
      return StoredDtype.I64;
    }
  }

  private static void checkSize(String name, List<Long> shape, int values) {
    if (Box.whole(shape).size() != values) {
      throw new IllegalArgumentException(values + " values for '" + name + "' " + shape);
    }
  }
}
