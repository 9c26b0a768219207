package autopar.runtime.kernel;

/** The shape of a dense tensor whose dimensions have letters. */
record LetteredShape(String letters, int[] shape) {

  /** How a matrix lies: elements from row to row, or from column to column if transposed. */
  record Matrix(boolean transposed, int step) {}

  /** The stride of each letter; 0 for letters that it has not. */
  int[] strides(String order) {
    int[] own = FloatTensor.dense(shape);
    return order.chars().map(l -> letters.indexOf(l) < 0 ? 0 : own[letters.indexOf(l)]).toArray();
  }

  int[] extents(String order) {
    return order.chars().map(this::extent).toArray();
  }

  int extent(int letter) {
    return shape[letters.indexOf(letter)];
  }

  int elements(String order) {
    return FloatTensor.elements(extents(order));
  }

  /** The matrix of rows and columns that it holds for each index of the other letters, or null. */
  Matrix matrix(String rows, String columns) {
    int ofRows = step(rows);
    int ofColumns = step(columns);
    int m = elements(rows);
    int n = elements(columns);
    if (ofRows < 0 || ofColumns < 0) {
      return null;
    }
    if (n <= 1 || ofColumns == 1) {
      return new Matrix(false, m <= 1 ? Math.max(1, n) : ofRows);
    }
    return m <= 1 || ofRows == 1 ? new Matrix(true, n <= 1 ? Math.max(1, m) : ofColumns) : null;
  }

  /** The stride of several letters read as one index, or -1 where there is none. */
  private int step(String order) {
    StridedLoops loops = StridedLoops.of(extents(order), strides(order));
    return loops.extents.length == 1 ? loops.leftStride() : -1;
  }

  /** The same letters in another order. */
  LetteredShape in(String order) {
    return new LetteredShape(order, extents(order));
  }
}
