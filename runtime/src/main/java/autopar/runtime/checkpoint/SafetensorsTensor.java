package autopar.runtime.checkpoint;

import java.util.List;

/**
 * What the header of a safetensors file says about one tensor.
 *
 * @param begin first byte of its values, counted from the end of the header
 * @param end byte after its last
 */
public record SafetensorsTensor(
    String name, StoredDtype dtype, List<Long> shape, long begin, long end) {

  public SafetensorsTensor {
    shape = List.copyOf(shape);
  }
}
