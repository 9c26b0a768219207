package autopar.runtime.checkpoint;

import java.util.List;

/**
 * A tensor of a checkpoint.
 *
 * @param shape of the whole tensor
 * @param pieces boxes that cover it together; they may overlap, and agree where they do
 */
public record StoredTensor(
    String name, StoredDtype dtype, List<Long> shape, List<StoredPiece> pieces) {

  public StoredTensor {
    shape = List.copyOf(shape);
    pieces = List.copyOf(pieces);
  }
}
