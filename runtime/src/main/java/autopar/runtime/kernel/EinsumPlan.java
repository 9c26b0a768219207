package autopar.runtime.kernel;

import autopar.ir.op.Einsum;
import autopar.runtime.kernel.LetteredShape.Matrix;
import java.util.Arrays;

/**
 * How an {@link Einsum} of two tensors of certain shapes is computed. Letters of both operands and
 * the result count the products; the others form the rows, the columns and the summed dimension of
 * one. A tensor whose letters do not form a matrix as they lie is copied into an order in which
 * they do.
 */
final class EinsumPlan {

  /** A tensor in another order of its letters: strides in the tensor, and the shape of the copy. */
  private record Reordered(int[] strides, int[] shape) {

    static Reordered of(LetteredShape from, LetteredShape to) {
      return new Reordered(from.strides(to.letters()), to.shape());
    }

    float[] copy(float[] data) {
      float[] copy = new float[FloatTensor.elements(shape)];
      MovementKernels.gather(data, strides, shape, copy);
      return copy;
    }
  }

  private final int[] first;
  private final int[] second;

  /** Whether the rows of the products are the second operand's. */
  private final boolean swapped;

  /** How left, right and the product's result are reordered; null where they lie well. */
  private final Reordered left;

  private final Reordered right;
  private final Reordered result;
  private final Matrix ofA;
  private final Matrix ofB;
  private final Matrix ofC;
  private final int m;
  private final int n;
  private final int k;

  /** Extents of the letters that count the products, and how far apart these lie. */
  private final int[] counts;

  private final int[] stepsA;
  private final int[] stepsB;
  private final int[] stepsC;

  /** Elements of what the products write. */
  private final int written;

  private EinsumPlan(
      int[] first,
      int[] second,
      boolean swapped,
      LetteredShape a,
      LetteredShape b,
      LetteredShape c,
      Letters letters) {
    this.first = first;
    this.second = second;
    this.swapped = swapped;
    String order = order(a, b, letters);
    LetteredShape laidA = laid(a, letters.batch, letters.rows, order);
    LetteredShape laidB = laid(b, letters.batch, order, letters.columns);
    Matrix direct = c.matrix(letters.rows, letters.columns);
    LetteredShape laidC =
        direct != null && !direct.transposed()
            ? c
            : c.in(letters.batch + letters.rows + letters.columns);
    left = laidA == a ? null : Reordered.of(a, laidA);
    right = laidB == b ? null : Reordered.of(b, laidB);
    result = laidC == c ? null : Reordered.of(laidC, c);
    ofA = laidA.matrix(letters.rows, order);
    ofB = laidB.matrix(order, letters.columns);
    ofC = laidC.matrix(letters.rows, letters.columns);
    m = c.elements(letters.rows);
    n = c.elements(letters.columns);
    k = a.elements(order);
    counts = c.extents(letters.batch);
    stepsA = laidA.strides(letters.batch);
    stepsB = laidB.strides(letters.batch);
    stepsC = laidC.strides(letters.batch);
    written = FloatTensor.elements(laidC.shape());
  }

  /** Letters by what they do. */
  private record Letters(String batch, String rows, String columns, String summed) {}

  /** Whether no letter is summed, so that there is no matrix to multiply. */
  static boolean sumsNothing(Einsum op) {
    return op.operands().get(0).chars().allMatch(l -> op.result().indexOf(l) >= 0);
  }

  static EinsumPlan of(Einsum op, int[] first, int[] second) {
    LetteredShape a = new LetteredShape(op.operands().get(0), first);
    LetteredShape b = new LetteredShape(op.operands().get(1), second);
    String to = op.result();
    LetteredShape c =
        new LetteredShape(
            to, to.chars().map(l -> (a.letters().indexOf(l) < 0 ? b : a).extent(l)).toArray());
    String summed = without(a.letters(), to);
    String rows = without(to, b.letters());
    String columns = without(to, a.letters());
    String batch = without(to, rows + columns);
    // Rows that are innermost in the result are its columns.
    return !rows.isEmpty() && to.endsWith(rows.substring(rows.length() - 1))
        ? new EinsumPlan(first, second, true, b, a, c, new Letters(batch, columns, rows, summed))
        : new EinsumPlan(first, second, false, a, b, c, new Letters(batch, rows, columns, summed));
  }

  /** The letters of {@code letters} that are not in {@code others}. */
  private static String without(String letters, String others) {
    StringBuilder rest = new StringBuilder();
    letters.chars().filter(l -> others.indexOf(l) < 0).forEach(l -> rest.append((char) l));
    return rest.toString();
  }

  /** The order of the summed letters in which fewer operands have to be copied. */
  private static String order(LetteredShape a, LetteredShape b, Letters letters) {
    String order = letters.summed;
    String other = without(b.letters(), letters.batch + letters.columns);
    boolean better =
        a.matrix(letters.rows, order) == null && a.matrix(letters.rows, other) != null
            || b.matrix(order, letters.columns) == null && b.matrix(other, letters.columns) != null;
    return better ? other : order;
  }

  /** Itself, or an order in which the letters form a matrix. */
  private static LetteredShape laid(
      LetteredShape shape, String batch, String rows, String columns) {
    return shape.matrix(rows, columns) == null ? shape.in(batch + rows + columns) : shape;
  }

  boolean isOf(int[] one, int[] other) {
    return Arrays.equals(first, one) && Arrays.equals(second, other);
  }

  /** Computes the result, which is not empty. */
  void run(MatrixProduct product, float[] one, float[] other, float[] out) {
    float[] a = swapped ? other : one;
    float[] b = swapped ? one : other;
    float[] x = left == null ? a : left.copy(a);
    float[] y = right == null ? b : right.copy(b);
    float[] z = result == null ? out : new float[written];
    StridedLoops.walk(
        counts,
        stepsA,
        stepsB,
        (number, i, j) ->
            product.multiply(
                ofA.transposed(),
                ofB.transposed(),
                m,
                n,
                k,
                x,
                i,
                ofA.step(),
                y,
                j,
                ofB.step(),
                z,
                position(number),
                ofC.step(),
                false));
    if (result != null) {
      MovementKernels.gather(z, result.strides, result.shape, out);
    }
  }

  /** Where the product with this number, row-major in the counts, is written. */
  private int position(int number) {
    int rest = number;
    int position = 0;
    for (int d = counts.length - 1; d >= 0; d--) {
      position += rest % counts[d] * stepsC[d];
      rest /= counts[d];
    }
    return position;
  }
}
