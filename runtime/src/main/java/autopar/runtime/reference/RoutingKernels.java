package autopar.runtime.reference;

import java.util.Arrays;
import java.util.List;

/** Tokens to experts and back, as sums over the one-hot matrix of the slots. */
final class RoutingKernels {

  private RoutingKernels() {}

  /** 1 for numbers with fewer than k that are larger, or equal and earlier. */
  static Tensor topK(long k, Tensor x) {
    int n = x.lastDim();
    return Tensor.filled(
        x.shape(),
        i -> {
          int row = i - i % n;
          int before = 0;
          for (int j = row; j < row + n; j++) {
            if (x.data()[j] > x.data()[i] || j < i && x.data()[j] == x.data()[i]) {
              before++;
            }
          }
          return before < k ? 1 : 0;
        });
  }

  static Tensor slots(long capacity, Tensor choice) {
    int tokens = choice.shape()[1];
    int experts = choice.shape()[2];
    Tensor slots = Tensor.zeros(choice.shape());
    Arrays.fill(slots.data(), -1);
    for (int row = 0; row < choice.size(); row += tokens * experts) {
      for (int e = 0; e < experts; e++) {
        int taken = 0;
        for (int i = row + e; i < row + tokens * experts; i += experts) {
          if (choice.data()[i] > 0 && taken < capacity) {
            slots.data()[i] = taken++;
          }
        }
      }
    }
    return slots;
  }

  /** (x, slots, weights?) -> places. */
  static Tensor dispatch(List<Tensor> in, int[] shape) {
    int[] slots = in.get(1).shape();
    Tensor places = Tensor.zeros(shape);
    for (int i = 0; i < places.size(); i++) {
      int at = i % shape[3];
      int c = i / shape[3] % shape[2];
      int e = i / shape[3] / shape[2] % shape[1];
      int b = i / shape[3] / shape[2] / shape[1];
      for (int s = 0; s < slots[1]; s++) {
        int token = b * slots[1] + s;
        places.data()[i] +=
            hot(in, token * slots[2] + e, c) * in.get(0).data()[token * shape[3] + at];
      }
    }
    return places;
  }

  /** (places, slots, weights?) -> tokens. */
  static Tensor combine(List<Tensor> in, int[] shape) {
    int[] places = in.get(0).shape();
    Tensor tokens = Tensor.zeros(shape);
    for (int i = 0; i < tokens.size(); i++) {
      int at = i % shape[2];
      int token = i / shape[2];
      int b = token / shape[1];
      for (int e = 0; e < places[1]; e++) {
        for (int c = 0; c < places[2]; c++) {
          int place = (b * places[1] + e) * places[2] + c;
          tokens.data()[i] +=
              hot(in, token * places[1] + e, c) * in.get(0).data()[place * shape[2] + at];
        }
      }
    }
    return tokens;
  }

  /** Is c the place at {@code slot} of the second operand? Its weight, or 1, if so. */
  private static double hot(List<Tensor> in, int slot, int c) {
    if (in.get(1).data()[slot] != c) {
      return 0;
    }
    return in.size() == 3 ? in.get(2).data()[slot] : 1;
  }

  /** (tokens, places, slots) -> products. */
  static Tensor product(List<Tensor> in, int[] shape) {
    Tensor tokens = in.get(0);
    Tensor places = in.get(1);
    int h = tokens.lastDim();
    int capacity = places.shape()[2];
    return Tensor.filled(
        shape,
        i -> {
          int slot = (int) in.get(2).data()[i];
          if (slot < 0 || slot >= capacity) {
            return 0;
          }
          int token = i / shape[2];
          int place = (token / shape[1] * shape[2] + i % shape[2]) * capacity + slot;
          double sum = 0;
          for (int j = 0; j < h; j++) {
            sum += tokens.data()[token * h + j] * places.data()[place * h + j];
          }
          return sum;
        });
  }
}
