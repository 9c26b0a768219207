package autopar.runtime.reference;

import autopar.ir.op.Einsum;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@link Einsum} as one loop over all letters, the result's letters outermost. */
final class EinsumKernel {

  private EinsumKernel() {}

  static Tensor run(Einsum op, List<Tensor> in, int[] shape) {
    Map<Character, Integer> extents = new LinkedHashMap<>();
    for (int d = 0; d < shape.length; d++) {
      extents.put(op.result().charAt(d), shape[d]);
    }
    for (int i = 0; i < in.size(); i++) {
      String letters = op.operands().get(i);
      for (int d = 0; d < letters.length(); d++) {
        extents.putIfAbsent(letters.charAt(d), in.get(i).shape()[d]);
      }
    }
    int n = extents.size();
    int[] extent = new int[n];
    int[] left = new int[n];
    int[] right = new int[n];
    int[] out = new int[n];
    Tensor result = Tensor.zeros(shape);
    int loop = 0;
    for (Map.Entry<Character, Integer> entry : extents.entrySet()) {
      extent[loop] = entry.getValue();
      left[loop] = stride(in.get(0), op.operands().get(0), entry.getKey());
      right[loop] = in.size() == 1 ? 0 : stride(in.get(1), op.operands().get(1), entry.getKey());
      out[loop] = stride(result, op.result(), entry.getKey());
      loop++;
    }
    double[] a = in.get(0).data();
    double[] b = in.size() == 1 ? new double[] {1} : in.get(1).data();
    accumulate(extent, left, right, out, 0, a, 0, b, 0, result.data(), 0);
    return result;
  }

  private static int stride(Tensor tensor, String letters, char letter) {
    int d = letters.indexOf(letter);
    return d < 0 ? 0 : tensor.strides()[d];
  }

  private static void accumulate(
      int[] extent,
      int[] left,
      int[] right,
      int[] out,
      int loop,
      double[] a,
      int i,
      double[] b,
      int j,
      double[] c,
      int k) {
    if (loop == extent.length) {
      c[k] += a[i] * b[j];
      return;
    }
    if (loop == extent.length - 1) {
      for (int x = 0; x < extent[loop]; x++) {
        c[k + x * out[loop]] += a[i + x * left[loop]] * b[j + x * right[loop]];
      }
      return;
    }
    for (int x = 0; x < extent[loop]; x++) {
      accumulate(
          extent,
          left,
          right,
          out,
          loop + 1,
          a,
          i + x * left[loop],
          b,
          j + x * right[loop],
          c,
          k + x * out[loop]);
    }
  }
}
