package autopar.runtime.kernel;

import java.util.Arrays;
import java.util.List;

/** Tokens to experts and back. A slot below zero or beyond the places is none. */
final class RoutingKernels {

  private RoutingKernels() {}

  static void topK(int k, FloatTensor x, FloatTensor y) {
    int n = x.lastDim();
    Arrays.fill(y.data(), 0);
    for (int row = 0; row < x.size(); row += n) {
      for (int picked = 0; picked < k; picked++) {
        int best = -1;
        for (int i = row; i < row + n; i++) {
          if (y.data()[i] == 0 && (best < 0 || x.data()[i] > x.data()[best])) {
            best = i;
          }
        }
        y.data()[best] = 1;
      }
    }
  }

  static void slots(long capacity, FloatTensor choice, FloatTensor y) {
    int tokens = choice.shape()[1];
    int experts = choice.shape()[2];
    int[] taken = new int[experts];
    for (int i = 0; i < choice.size(); i++) {
      int expert = i % experts;
      if (i % (tokens * experts) == 0) {
        Arrays.fill(taken, 0);
      }
      boolean placed = choice.data()[i] > 0 && taken[expert] < capacity;
      y.data()[i] = placed ? taken[expert]++ : -1;
    }
  }

  /** (x, slots, weights?) -> places. */
  static void dispatch(List<FloatTensor> in, FloatTensor places) {
    Arrays.fill(places.data(), 0);
    float[] x = in.get(0).data();
    float[] weights = weights(in);
    int h = places.lastDim();
    Routes.of(in.get(1), places)
        .each((slot, token, place) -> {
          if (weights == null) {
            System.arraycopy(x, token * h, places.data(), place * h, h);
          } else {
            Rows.addScaled(x, token * h, weights[slot], places.data(), place * h, h);
          }
        });
  }

  /** (places, slots, weights?) -> tokens. */
  static void combine(List<FloatTensor> in, FloatTensor tokens) {
    Arrays.fill(tokens.data(), 0);
    float[] places = in.get(0).data();
    float[] weights = weights(in);
    int h = tokens.lastDim();
    Routes.of(in.get(1), in.get(0))
        .each((slot, token, place) -> {
          float weight = weights == null ? 1 : weights[slot];
          Rows.addScaled(places, place * h, weight, tokens.data(), token * h, h);
        });
  }

  /** (tokens, places, slots) -> products. */
  static void product(List<FloatTensor> in, FloatTensor y) {
    Arrays.fill(y.data(), 0);
    float[] tokens = in.get(0).data();
    float[] places = in.get(1).data();
    int h = in.get(0).lastDim();
    Routes.of(in.get(2), in.get(1))
        .each((slot, token, place) ->
            y.data()[slot] = (float) Rows.dot(tokens, token * h, places, place * h, h));
  }

  private static float[] weights(List<FloatTensor> in) {
    return in.size() == 3 ? in.get(2).data() : null;
  }

  /** What is done for a slot that is a place: indices of the slot, the token and the place. */
  private interface Visit {
    void at(int slot, int token, int place);
  }

  /** The slots [b, s, e] that are places among {@code capacity} of each expert. */
  private record Routes(float[] slots, int tokens, int experts, int capacity) {

    static Routes of(FloatTensor slots, FloatTensor places) {
      return new Routes(slots.data(), slots.shape()[1], slots.shape()[2], places.shape()[2]);
    }

    void each(Visit visit) {
      for (int i = 0; i < slots.length; i++) {
        int slot = (int) slots[i];
        if (slot >= 0 && slot < capacity) {
          int token = i / experts;
          int expert = token / tokens * experts + i % experts;
          visit.at(i, token, expert * capacity + slot);
        }
      }
    }
  }
}
