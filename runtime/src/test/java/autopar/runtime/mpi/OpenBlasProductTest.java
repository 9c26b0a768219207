package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class OpenBlasProductTest {

  private static final int OFFSET = 3;
  private static final int GAP = 2;

  @BeforeAll
  static void assumeOpenBlas() {
    Assumptions.assumeTrue(
        OpenBlasProduct.isInstalled(), "needs OpenBLAS: apt-get install libopenblas0");
  }

  @Test
  void everyFormIsTheSumOfProducts() {
    int[][] sizes = {{1, 1, 1}, {2, 3, 4}, {17, 5, 33}, {64, 48, 80}, {3, 4, 0}};
    for (int[] size : sizes) {
      for (int form = 0; form < 8; form++) {
        check(size[0], size[1], size[2], (form & 1) != 0, (form & 2) != 0, (form & 4) != 0);
      }
    }
  }

  private static void check(int m, int n, int k, boolean ta, boolean tb, boolean accumulate) {
    int lda = (ta ? m : k) + GAP;
    int ldb = (tb ? k : n) + GAP;
    int ldc = n + GAP;
    float[] a = filled(OFFSET + (ta ? k : m) * lda, 1);
    float[] b = filled(OFFSET + (tb ? n : k) * ldb, 2);
    float[] c = filled(OFFSET + m * ldc, 3);
    double[] expected = new double[c.length];
    for (int i = 0; i < c.length; i++) {
      int row = (i - OFFSET) / ldc;
      int column = (i - OFFSET) % ldc;
      expected[i] = c[i];
      if (i >= OFFSET && column < n) {
        expected[i] = accumulate ? c[i] : 0;
        for (int p = 0; p < k; p++) {
          double left = a[OFFSET + (ta ? p * lda + row : row * lda + p)];
          double right = b[OFFSET + (tb ? column * ldb + p : p * ldb + column)];
          expected[i] += left * right;
        }
      }
    }
    OpenBlasProduct.open()
        .multiply(ta, tb, m, n, k, a, OFFSET, lda, b, OFFSET, ldb, c, OFFSET, ldc, accumulate);
    for (int i = 0; i < c.length; i++) {
      assertThat((double) c[i]).isCloseTo(expected[i], within(1e-4));
    }
  }

  @Test
  void nothingBeyondAnArrayIsTouched() {
    float[] data = new float[11];
    assertThatThrownBy(() ->
            OpenBlasProduct.open()
                .multiply(
                    false,
                    false,
                    3,
                    4,
                    2,
                    new float[6],
                    0,
                    2,
                    new float[8],
                    0,
                    4,
                    data,
                    0,
                    4,
                    false))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static float[] filled(int count, int salt) {
    float[] data = new float[count];
    for (int i = 0; i < count; i++) {
      data[i] = (float) Math.sin(i * 0.7 + salt);
    }
    return data;
  }
}
