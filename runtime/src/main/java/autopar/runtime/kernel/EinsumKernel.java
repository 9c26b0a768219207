package autopar.runtime.kernel;

import autopar.ir.op.BinaryKind;
import autopar.ir.op.Einsum;
import java.util.List;

/**
 * {@link Einsum} as products of matrices. Letters of both operands and the result count the
 * products; the others form the rows, the columns and the summed dimension of one. A tensor whose
 * letters do not form a matrix as they lie is copied into an order in which they do.
 */
final class EinsumKernel {

  private final MatrixProduct product;

  EinsumKernel(MatrixProduct product) {
    this.product = product;
  }

  void run(Einsum op, List<FloatTensor> in, FloatTensor out) {
    if (op.operands().size() == 1) {
      LetteredTensor x = LetteredTensor.of(op.operands().get(0), in.get(0));
      MovementKernels.gather(x.data(), x.strides(op.result()), out.shape(), out.data());
      return;
    }
    LetteredTensor a = LetteredTensor.of(op.operands().get(0), in.get(0));
    LetteredTensor b = LetteredTensor.of(op.operands().get(1), in.get(1));
    LetteredTensor c = LetteredTensor.of(op.result(), out);
    String summed = without(a.letters(), op.result());
    if (summed.isEmpty()) {
      BinaryKernels.run(
          BinaryKind.MUL, a.data(), a.strides(op.result()), b.data(), b.strides(op.result()), out);
    } else if (out.size() > 0) {
      products(a, b, c, summed);
    }
  }

  /** The letters of {@code letters} that are not in {@code others}. */
  private static String without(String letters, String others) {
    StringBuilder rest = new StringBuilder();
    letters.chars().filter(l -> others.indexOf(l) < 0).forEach(l -> rest.append((char) l));
    return rest.toString();
  }

  private void products(LetteredTensor a, LetteredTensor b, LetteredTensor c, String summed) {
    String rows = without(c.letters(), b.letters());
    String columns = without(c.letters(), a.letters());
    String batch = without(c.letters(), rows + columns);
    if (!rows.isEmpty() && rows.indexOf(c.letters().charAt(c.letters().length() - 1)) >= 0) {
      products(b, a, c, batch, columns, rows, summed);
    } else {
      products(a, b, c, batch, rows, columns, summed);
    }
  }

  private void products(
      LetteredTensor a,
      LetteredTensor b,
      LetteredTensor c,
      String batch,
      String rows,
      String columns,
      String summed) {
    String order = summed;
    String other = without(b.letters(), batch + columns);
    if (a.matrix(rows, order) == null && a.matrix(rows, other) != null
        || b.matrix(order, columns) == null && b.matrix(other, columns) != null) {
      order = other;
    }
    LetteredTensor left = a.asMatrix(batch, rows, order);
    LetteredTensor right = b.asMatrix(batch, order, columns);
    LetteredTensor.Shape ofC = c.matrix(rows, columns);
    boolean direct = ofC != null && !ofC.transposed();
    LetteredTensor result = direct ? c : c.empty(batch + rows + columns);
    multiply(left, right, result, batch, rows, columns, order);
    if (!direct) {
      MovementKernels.gather(
          result.data(), result.strides(c.letters()), c.extents(c.letters()), c.data());
    }
  }

  private void multiply(
      LetteredTensor a,
      LetteredTensor b,
      LetteredTensor c,
      String batch,
      String rows,
      String columns,
      String summed) {
    LetteredTensor.Shape ofA = a.matrix(rows, summed);
    LetteredTensor.Shape ofB = b.matrix(summed, columns);
    LetteredTensor.Shape ofC = c.matrix(rows, columns);
    int m = FloatTensor.elements(c.extents(rows));
    int n = FloatTensor.elements(c.extents(columns));
    int k = FloatTensor.elements(a.extents(summed));
    int[] strides = c.strides(batch);
    int[] counts = c.extents(batch);
    StridedLoops.walk(
        counts,
        a.strides(batch),
        b.strides(batch),
        (number, i, j) -> {
          product.multiply(
              ofA.transposed(),
              ofB.transposed(),
              m,
              n,
              k,
              a.data(),
              i,
              ofA.step(),
              b.data(),
              j,
              ofB.step(),
              c.data(),
              position(number, counts, strides),
              ofC.step(),
              false);
        });
  }

  /** Where the element with this number (row-major in {@code extents}) lies. */
  private static int position(int number, int[] extents, int[] strides) {
    int rest = number;
    int position = 0;
    for (int d = extents.length - 1; d >= 0; d--) {
      position += rest % extents[d] * strides[d];
      rest /= extents[d];
    }
    return position;
  }

  /** A dense tensor whose dimensions have letters. */
  private record LetteredTensor(String letters, FloatTensor tensor) {

    /** How a matrix lies: elements from row to row, or from column to column if transposed. */
    record Shape(boolean transposed, int step) {}

    static LetteredTensor of(String letters, FloatTensor tensor) {
      return new LetteredTensor(letters, tensor);
    }

    float[] data() {
      return tensor.data();
    }

    /** The stride of each letter; 0 for letters that it has not. */
    int[] strides(String order) {
      int[] own = tensor.strides();
      return order.chars().map(l -> letters.indexOf(l) < 0 ? 0 : own[letters.indexOf(l)]).toArray();
    }

    int[] extents(String order) {
      return order.chars().map(l -> tensor.shape()[letters.indexOf(l)]).toArray();
    }

    /**
     * The matrix of rows and columns that it holds for each index of the other letters, or null.
     */
    Shape matrix(String rows, String columns) {
      int ofRows = step(rows);
      int ofColumns = step(columns);
      int m = FloatTensor.elements(extents(rows));
      int n = FloatTensor.elements(extents(columns));
      if (ofRows < 0 || ofColumns < 0) {
        return null;
      }
      if (n <= 1 || ofColumns == 1) {
        return new Shape(false, m <= 1 ? Math.max(1, n) : ofRows);
      }
      return m <= 1 || ofRows == 1 ? new Shape(true, n <= 1 ? Math.max(1, m) : ofColumns) : null;
    }

    /** The stride of several letters read as one index, or -1 where there is none. */
    private int step(String order) {
      StridedLoops loops = StridedLoops.of(extents(order), strides(order));
      return loops.extents.length == 1 ? loops.leftStride() : -1;
    }

    /** Itself, or a copy in which the letters form a matrix. */
    LetteredTensor asMatrix(String batch, String rows, String columns) {
      if (matrix(rows, columns) != null) {
        return this;
      }
      LetteredTensor copy = empty(batch + rows + columns);
      MovementKernels.gather(data(), strides(copy.letters), copy.tensor.shape(), copy.data());
      return copy;
    }

    LetteredTensor empty(String order) {
      return new LetteredTensor(order, FloatTensor.zeros(extents(order)));
    }
  }
}
