package autopar.runtime.checkpoint;

import java.util.List;

/**
 * Where a box of a tensor lies in a checkpoint.
 *
 * @param file name of the safetensors file in the folder of the checkpoint
 * @param key name of the tensor of that file which is the box
 * @param offset first index of the box per dimension of the whole tensor
 * @param length number of indices of the box per dimension
 */
public record StoredPiece(String file, String key, List<Long> offset, List<Long> length) {

  public StoredPiece {
    Box box = new Box(offset, length);
    offset = box.offset();
    length = box.length();
  }

  public Box box() {
    return new Box(offset, length);
  }
}
