package autopar.runtime.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products on one thread with the Vector API, blocked as in Goto and van de Geijn, "Anatomy
 * of High-Performance Matrix Multiplication" (ACM TOMS 34, 2008): a block of b lies packed in the
 * second-level cache, a panel of a in the first, and a tile of c in registers.
 *
 * <p>Products with few rows read b where it lies, as packing it would cost as much as they do;
 * those with few columns are products of the transposed with few rows.
 */
public final class VectorProduct implements MatrixProduct {

  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** Tiles of 256-bit machines are smaller, as they have 16 registers; others have 32. */
  private static final boolean SMALL = S.vectorBitSize() == 256;

  private static final int ROWS = SMALL ? SixRowTile.ROWS : TwelveRowTile.ROWS;
  private static final int COLUMNS = 2 * L;

  /** Steps of k in one block; a panel of a is then at most 16 kB. */
  private static final int K_BLOCK = 336;

  /** Columns in one block of b, about 700 kB. */
  private static final int N_BLOCK = 512 / COLUMNS * COLUMNS;

  private static final int M_BLOCK = 1024 / ROWS * ROWS;

  /** Products with fewer multiplications are not worth a tile. */
  private static final int TINY = 256;

  /** Rows for which dot products with a transposed b are faster than packing it. */
  private static final int FEW = 4;

  /** Buffers of one thread; they grow to what its products need. */
  private static final class Buffers {
    float[] a = new float[0];
    float[] b = new float[0];
    float[] transposed = new float[0];
    final float[] tile = new float[ROWS * COLUMNS];

    float[] a(int size) {
      if (a.length < size) {
        a = new float[size];
      }
      return a;
    }

    float[] b(int size) {
      if (b.length < size) {
        b = new float[size];
      }
      return b;
    }

    float[] transposed(int size) {
      if (transposed.length < size) {
        transposed = new float[size];
      }
      return transposed;
    }
  }

  private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

  @Override
  public void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      int ldb,
      float[] c,
      int cOffset,
      int ldc,
      boolean accumulate) {
    if (m == 0 || n == 0) {
      return;
    }
    if (k == 0) {
      clear(m, n, c, cOffset, ldc, accumulate);
      return;
    }
    Matrix left = new Matrix(a, aOffset, lda, transposeA);
    Matrix right = new Matrix(b, bOffset, ldb, transposeB);
    if ((long) m * n * k <= TINY) {
      tiny(m, n, k, left, right, c, cOffset, ldc, accumulate);
    } else if (m <= (transposeB ? FEW : ROWS)) {
      fewRows(m, n, k, left, right, c, cOffset, ldc, accumulate);
    } else if (n <= ROWS) {
      fewColumns(m, n, k, left, right, c, cOffset, ldc, accumulate);
    } else {
      blocked(m, n, k, left, right, c, cOffset, ldc, accumulate);
    }
  }

  private static void clear(int m, int n, float[] c, int cOffset, int ldc, boolean accumulate) {
    for (int i = 0; i < m && !accumulate; i++) {
      Arrays.fill(c, cOffset + i * ldc, cOffset + i * ldc + n, 0);
    }
  }

  private static void tiny(
      int m,
      int n,
      int k,
      Matrix a,
      Matrix b,
      float[] c,
      int cOffset,
      int ldc,
      boolean accumulate) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        int at = cOffset + i * ldc + j;
        float sum = accumulate ? c[at] : 0;
        for (int p = 0; p < k; p++) {
          sum += a.at(i, p) * b.at(p, j);
        }
        c[at] = sum;
      }
    }
  }

  private static void blocked(
      int m,
      int n,
      int k,
      Matrix a,
      Matrix b,
      float[] c,
      int cOffset,
      int ldc,
      boolean accumulate) {
    Buffers buffers = BUFFERS.get();
    int steps = Math.min(k, K_BLOCK);
    float[] packedA = buffers.a(Math.min(up(m, ROWS), M_BLOCK) * steps);
    float[] packedB = buffers.b(Math.min(up(n, COLUMNS), N_BLOCK) * steps);
    for (int p = 0; p < k; p += K_BLOCK) {
      int kc = Math.min(K_BLOCK, k - p);
      boolean add = accumulate || p > 0;
      for (int i = 0; i < m; i += M_BLOCK) {
        int mc = Math.min(M_BLOCK, m - i);
        a.packRows(i, p, mc, kc, ROWS, packedA);
        for (int j = 0; j < n; j += N_BLOCK) {
          int nc = Math.min(N_BLOCK, n - j);
          b.packColumns(p, j, kc, nc, COLUMNS, packedB);
          panels(mc, nc, kc, packedA, packedB, c, cOffset + i * ldc + j, ldc, add, buffers.tile);
        }
      }
    }
  }

  private static void panels(
      int m,
      int n,
      int k,
      float[] a,
      float[] b,
      float[] c,
      int cOffset,
      int ldc,
      boolean accumulate,
      float[] tile) {
    for (int i = 0; i < m; i += ROWS) {
      int rows = Math.min(ROWS, m - i);
      for (int j = 0; j < n; j += COLUMNS) {
        int columns = Math.min(COLUMNS, n - j);
        int to = cOffset + i * ldc + j;
        if (rows == ROWS && columns == COLUMNS) {
          tile(k, a, i * k, b, j * k, COLUMNS, c, to, ldc, accumulate);
        } else {
          tile(k, a, i * k, b, j * k, COLUMNS, tile, 0, COLUMNS, false);
          copy(rows, columns, tile, c, to, ldc, accumulate);
        }
      }
    }
  }

  private static void tile(
      int k,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      int ldb,
      float[] c,
      int cOffset,
      int ldc,
      boolean accumulate) {
    if (SMALL) {
      SixRowTile.multiply(k, a, aOffset, b, bOffset, ldb, c, cOffset, ldc, accumulate);
    } else {
      TwelveRowTile.multiply(k, a, aOffset, b, bOffset, ldb, c, cOffset, ldc, accumulate);
    }
  }

  /** Writes the part of a tile that lies within c. */
  private static void copy(
      int rows, int columns, float[] tile, float[] c, int cOffset, int ldc, boolean accumulate) {
    for (int i = 0; i < rows; i++) {
      int from = i * COLUMNS;
      int to = cOffset + i * ldc;
      if (!accumulate) {
        System.arraycopy(tile, from, c, to, columns);
        continue;
      }
      for (int j = 0; j < columns; j++) {
        c[to + j] += tile[from + j];
      }
    }
  }

  /** b is read where it lies: by rows of vectors, or by dot products with its rows. */
  private static void fewRows(
      int m,
      int n,
      int k,
      Matrix a,
      Matrix b,
      float[] c,
      int cOffset,
      int ldc,
      boolean accumulate) {
    Buffers buffers = BUFFERS.get();
    if (b.transposed()) {
      float[] rows = a.data();
      int offset = a.offset();
      int lda = a.ld();
      if (a.transposed()) {
        rows = buffers.a(m * k);
        offset = 0;
        lda = k;
        a.copyRows(m, k, rows);
      }
      for (int i = 0; i < m; i++) {
        DotProducts.row(
            n,
            k,
            rows,
            offset + i * lda,
            b.data(),
            b.offset(),
            b.ld(),
            c,
            cOffset + i * ldc,
            accumulate);
      }
      return;
    }
    for (int p = 0; p < k; p += K_BLOCK) {
      int steps = Math.min(K_BLOCK, k - p);
      rowsOfVectors(m, n, p, steps, a, b, c, cOffset, ldc, accumulate || p > 0, buffers);
    }
  }

  /** Steps {@code p} to {@code p + k} of a product with few rows. */
  private static void rowsOfVectors(
      int m,
      int n,
      int p,
      int k,
      Matrix a,
      Matrix b,
      float[] c,
      int cOffset,
      int ldc,
      boolean accumulate,
      Buffers buffers) {
    boolean four = m <= FourRowTile.ROWS;
    int height = four ? FourRowTile.ROWS : ROWS;
    float[] packed = buffers.a(height * k);
    a.packRows(0, p, m, k, height, packed);
    for (int j = 0; j < n; j += COLUMNS) {
      int columns = Math.min(COLUMNS, n - j);
      float[] from = b.data();
      int at = b.offset() + p * b.ld() + j;
      int ld = b.ld();
      if (columns < COLUMNS) {
        from = buffers.b(k * COLUMNS);
        at = 0;
        ld = COLUMNS;
        b.packColumns(p, j, k, columns, COLUMNS, from);
      }
      boolean direct = m == height && columns == COLUMNS;
      float[] into = direct ? c : buffers.tile;
      int to = direct ? cOffset + j : 0;
      int ldTo = direct ? ldc : COLUMNS;
      boolean add = direct && accumulate;
      if (four) {
        FourRowTile.multiply(k, packed, 0, from, at, ld, into, to, ldTo, add);
      } else {
        tile(k, packed, 0, from, at, ld, into, to, ldTo, add);
      }
      if (!direct) {
        copy(m, columns, into, c, cOffset + j, ldc, accumulate);
      }
    }
  }

  /** The transposed product has few rows. */
  private static void fewColumns(
      int m,
      int n,
      int k,
      Matrix a,
      Matrix b,
      float[] c,
      int cOffset,
      int ldc,
      boolean accumulate) {
    float[] transposed = BUFFERS.get().transposed(m * n);
    fewRows(n, m, k, b.flipped(), a.flipped(), transposed, 0, m, false);
    for (int i = 0; i < m; i++) {
      int to = cOffset + i * ldc;
      for (int j = 0; j < n; j++) {
        c[to + j] = transposed[j * m + i] + (accumulate ? c[to + j] : 0);
      }
    }
  }

  private static int up(int size, int multiple) {
    return Math.ceilDiv(size, multiple) * multiple;
  }
}
