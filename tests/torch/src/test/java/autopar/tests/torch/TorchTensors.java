package autopar.tests.torch;

import autopar.runtime.reference.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tensors between the reference executor and libtorch. */
final class TorchTensors {

  private TorchTensors() {}

  /** Copies that ask for a gradient. */
  static Map<String, org.bytedeco.pytorch.Tensor> leaves(
      Map<String, Tensor> tensors, ScalarType type) {
    Map<String, org.bytedeco.pytorch.Tensor> leaves = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> leaves.put(name, real(tensor, type).detach().set_requires_grad(true)));
    return leaves;
  }

  static org.bytedeco.pytorch.Tensor real(Tensor tensor, ScalarType type) {
    return org.bytedeco.pytorch.Tensor.create(tensor.data(), shape(tensor)).to(type);
  }

  static org.bytedeco.pytorch.Tensor whole(Tensor tensor) {
    long[] elements = Arrays.stream(tensor.data()).mapToLong(x -> (long) x).toArray();
    return org.bytedeco.pytorch.Tensor.create(elements, shape(tensor));
  }

  static double[] elements(org.bytedeco.pytorch.Tensor tensor) {
    double[] elements = new double[Math.toIntExact(tensor.numel())];
    org.bytedeco.pytorch.Tensor flat = tensor.detach().to(ScalarType.Double).contiguous();
    flat.data_ptr_double().get(elements);
    return elements;
  }

  static Map<String, double[]> elements(Map<String, org.bytedeco.pytorch.Tensor> tensors) {
    Map<String, double[]> elements = new TreeMap<>();
    tensors.forEach((name, tensor) -> elements.put(name, elements(tensor)));
    return elements;
  }

  /** Gradients of the leaves that have one. */
  static Map<String, double[]> gradients(Map<String, org.bytedeco.pytorch.Tensor> leaves) {
    Map<String, double[]> gradients = new TreeMap<>();
    leaves.forEach((name, leaf) -> {
      if (leaf.grad().defined()) {
        gradients.put(name, elements(leaf.grad()));
      }
    });
    return gradients;
  }

  /** Elements of tensors of the reference executor. */
  static Map<String, double[]> data(Map<String, Tensor> tensors) {
    Map<String, double[]> data = new TreeMap<>();
    tensors.forEach((name, tensor) -> data.put(name, tensor.data()));
    return data;
  }

  private static long[] shape(Tensor tensor) {
    return Arrays.stream(tensor.shape()).asLongStream().toArray();
  }
}
