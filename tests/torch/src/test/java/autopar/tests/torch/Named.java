package autopar.tests.torch;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Tensors of libtorch by name, or those whose names begin alike. */
record Named(Map<String, Tensor> tensors, String prefix) {

  Named(Map<String, Tensor> tensors) {
    this(tensors, "");
  }

  /** Those of one instance of a block. */
  Named block(String block, int index) {
    return new Named(tensors, block + "." + index + ".");
  }

  Tensor get(String name) {
    Tensor tensor = tensors.get(prefix + name);
    if (tensor == null) {
      throw new IllegalArgumentException("no " + prefix + name + " among " + tensors.keySet());
    }
    return tensor;
  }
}
