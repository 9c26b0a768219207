package autopar.runtime.checkpoint;

import java.util.List;

/**
 * A box of a tensor with its values, to be written.
 *
 * @param tensor name of the whole tensor
 * @param dtype how the values are stored: F32 or BF16 (rounded to nearest, ties to even)
 * @param shape of the whole tensor
 * @param box which part of it the values are
 * @param data the values in row-major order of the box; not copied
 */
public record Piece(String tensor, StoredDtype dtype, List<Long> shape, Box box, float[] data) {

  public Piece {
    shape = List.copyOf(shape);
    if (dtype != StoredDtype.F32 && dtype != StoredDtype.BF16) {
      throw new IllegalArgumentException("'" + tensor + "' cannot be stored as " + dtype);
    }
    if (!box.fits(shape)) {
      throw new IllegalArgumentException("'" + tensor + "' " + shape + " has no box " + box);
    }
    if (box.size() != data.length) {
      throw new IllegalArgumentException(
          data.length + " values for box " + box + " of '" + tensor + "'");
    }
  }

  /** Stored as F32. */
  public Piece(String tensor, List<Long> shape, Box box, float[] data) {
    this(tensor, StoredDtype.F32, shape, box, data);
  }

  @Override
  public String toString() {
    return "Piece[" + tensor + " " + dtype + shape + " " + box + "]";
  }
}
