package autopar.runtime.reference;

import autopar.ir.op.AlibiBias;
import autopar.ir.op.RelativePositionBuckets;
import autopar.runtime.Placement;

/** Ops that know positions. */
final class PositionKernels {

  private PositionKernels() {}

  /** Rotation of x [.., positions, heads, d] by {@code direction} times the angle. */
  static Tensor rope(double theta, Tensor x, int direction, Placement placement) {
    int d = x.lastDim();
    int heads = x.shape()[x.rank() - 2];
    int positions = x.shape()[x.rank() - 3];
    int first = placement.offset("d" + (x.rank() - 3));
    Tensor y = Tensor.zeros(x.shape());
    for (int row = 0; row < x.size(); row += d) {
      int position = first + row / d / heads % positions;
      for (int i = 0; i < d / 2; i++) {
        double angle = direction * position * Math.pow(theta, -2.0 * i / d);
        double a = x.data()[row + i];
        double b = x.data()[row + i + d / 2];
        y.data()[row + i] = a * Math.cos(angle) - b * Math.sin(angle);
        y.data()[row + i + d / 2] = a * Math.sin(angle) + b * Math.cos(angle);
      }
    }
    return y;
  }

  static Tensor alibi(AlibiBias op, int[] shape, Placement placement) {
    int heads = Math.toIntExact(op.heads().count());
    return Tensor.filled(
        shape,
        i -> {
          int key = placement.offset("d2") + i % shape[2];
          int query = placement.offset("d1") + i / shape[2] % shape[1];
          int head = placement.offset("d0") + i / shape[2] / shape[1];
          return -slope(head, heads) * (query - key);
        });
  }

  /** Slopes of the greatest power of two below, then every other one of the next power. */
  static double slope(int head, int heads) {
    int power = Integer.highestOneBit(heads);
    return head < power
        ? Math.pow(2, -8.0 * (head + 1) / power)
        : Math.pow(2, -8.0 * (2 * (head - power) + 1) / (2 * power));
  }

  static Tensor positions(int[] shape, Placement placement) {
    return Tensor.filled(shape, i -> placement.offset("d0") + i);
  }

  static Tensor buckets(RelativePositionBuckets op, int[] shape, Placement placement) {
    return Tensor.filled(
        shape,
        i -> {
          int key = placement.offset("d1") + i % shape[1];
          int query = placement.offset("d0") + i / shape[1];
          return bucket(op, key - query);
        });
  }

  private static long bucket(RelativePositionBuckets op, long relative) {
    long buckets = op.bidirectional() ? op.buckets() / 2 : op.buckets();
    long base = op.bidirectional() && relative > 0 ? buckets : 0;
    long distance = op.bidirectional() ? Math.abs(relative) : Math.max(-relative, 0);
    long exact = buckets / 2;
    if (distance < exact) {
      return base + distance;
    }
    double logarithmic =
        Math.log((double) distance / exact)
            / Math.log((double) op.maxDistance() / exact)
            * (buckets - exact);
    return base + Math.min(exact + (long) logarithmic, buckets - 1);
  }
}
