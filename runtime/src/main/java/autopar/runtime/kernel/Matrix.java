package autopar.runtime.kernel;

import java.util.Arrays;

/**
 * An operand of a product: row-major with {@code ld} elements from row to row, and read transposed
 * where it says so. Packing puts it into panels that are read one after the other.
 */
record Matrix(float[] data, int offset, int ld, boolean transposed) {

  float at(int row, int column) {
    return data[transposed ? offset + column * ld + row : offset + row * ld + column];
  }

  Matrix flipped() {
    return new Matrix(data, offset, ld, !transposed);
  }

  /** The first {@code rows} x {@code columns} elements, row-major. */
  void copyRows(int rows, int columns, float[] to) {
    for (int i = 0; i < rows; i++) {
      for (int p = 0; p < columns; p++) {
        to[i * columns + p] = at(i, p);
      }
    }
  }

  /**
   * Rows from {@code i} on, columns from {@code p} on, in panels of {@code height} rows, column by
   * column; the last panel is filled up with zeros.
   */
  void packRows(int i, int p, int rows, int columns, int height, float[] to) {
    flipped().packColumns(p, i, columns, rows, height, to);
  }

  /**
   * Rows from {@code p} on, columns from {@code j} on, in panels of {@code width} columns, row by
   * row; the last panel is filled up with zeros.
   */
  void packColumns(int p, int j, int rows, int columns, int width, float[] to) {
    for (int start = 0; start < columns; start += width) {
      int filled = Math.min(width, columns - start);
      int at = start * rows;
      if (filled < width) {
        Arrays.fill(to, at, at + rows * width, 0);
      }
      if (transposed) {
        for (int x = 0; x < filled; x++) {
          scatter(offset + (j + start + x) * ld + p, rows, width, to, at + x);
        }
      } else {
        int from = offset + p * ld + j + start;
        for (int y = 0; y < rows; y++) {
          System.arraycopy(data, from + y * ld, to, at + y * width, filled);
        }
      }
    }
  }

  /** Elements that lie one after the other, {@code step} apart. */
  private void scatter(int from, int count, int step, float[] to, int at) {
    for (int y = 0; y < count; y++) {
      to[at + y * step] = data[from + y];
    }
  }
}
