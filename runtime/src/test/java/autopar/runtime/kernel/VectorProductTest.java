package autopar.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class VectorProductTest {

  private final MatrixProduct product = new VectorProduct();
  private final Random random = new Random(5);

  @Test
  void everyEdgeOfATileIsWhatTheDefinitionSays() {
    for (int m = 0; m <= 33; m++) {
      for (int n = 0; n <= 33; n++) {
        for (int k : new int[] {0, 1, 2, 7, 16, 33}) {
          check(m, n, k, (m & 1) > 0, (n & 1) > 0, (m + n + k) % 3 == 0, 0);
        }
      }
    }
  }

  @Test
  void everyDepthIsWhatTheDefinitionSays() {
    for (int k = 0; k <= 33; k++) {
      for (int[] size : new int[][] {{1, 1}, {1, 9}, {3, 40}, {13, 5}, {40, 40}}) {
        for (int transposes = 0; transposes < 4; transposes++) {
          check(size[0], size[1], k, transposes % 2 > 0, transposes > 1, k % 2 == 0, 3);
        }
      }
    }
  }

  @Test
  void blocksAndTheirRestsAreWhatTheDefinitionSays() {
    for (int[] size :
        new int[][] {
          {40, 600, 700},
          {1100, 40, 40},
          {37, 530, 350},
          {3, 300, 1000},
          {300, 2, 1000},
          {10, 530, 700},
          {530, 10, 700}
        }) {
      for (int transposes = 0; transposes < 4; transposes++) {
        check(size[0], size[1], size[2], transposes % 2 > 0, transposes > 1, transposes > 0, 5);
      }
    }
  }

  @Test
  void randomSizesAreWhatTheDefinitionSays() {
    for (int i = 0; i < 300; i++) {
      check(
          random.nextInt(80),
          random.nextInt(80),
          random.nextInt(80),
          random.nextBoolean(),
          random.nextBoolean(),
          random.nextBoolean(),
          random.nextInt(9));
    }
  }

  /** Rows are {@code gap} elements longer than needed; nothing between them may change. */
  private void check(
      int m, int n, int k, boolean transposeA, boolean transposeB, boolean accumulate, int gap) {
    int lda = Math.max(1, (transposeA ? m : k) + gap);
    int ldb = Math.max(1, (transposeB ? k : n) + gap);
    int ldc = Math.max(1, n + gap);
    float[] a = draw((transposeA ? k : m) * lda + gap);
    float[] b = draw((transposeB ? n : k) * ldb + gap);
    float[] c = draw(m * ldc + gap);
    float[] expected = c.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = accumulate ? c[gap + i * ldc + j] : 0;
        for (int p = 0; p < k; p++) {
          sum +=
              (double) a[gap + (transposeA ? p * lda + i : i * lda + p)]
                  * b[gap + (transposeB ? j * ldb + p : p * ldb + j)];
        }
        expected[gap + i * ldc + j] = (float) sum;
      }
    }
    product.multiply(
        transposeA, transposeB, m, n, k, a, gap, lda, b, gap, ldb, c, gap, ldc, accumulate);
    double worst = 0;
    for (int i = 0; i < c.length; i++) {
      worst = Math.max(worst, Math.abs(c[i] - expected[i]));
    }
    assertThat(worst)
        .as("%d x %d x %d, %s %s %s %d", m, n, k, transposeA, transposeB, accumulate, gap)
        .isLessThan(1e-6 * (k + 4));
  }

  private float[] draw(int size) {
    float[] x = new float[size];
    for (int i = 0; i < size; i++) {
      x[i] = random.nextFloat() - 0.5f;
    }
    return x;
  }

  @Test
  void largeNumbersOfThreadsDoNotShareBuffers() throws InterruptedException {
    float[] a = draw(100 * 100);
    float[] b = draw(100 * 100);
    float[][] c = new float[8][100 * 100];
    Thread[] threads = new Thread[c.length];
    for (int t = 0; t < threads.length; t++) {
      float[] result = c[t];
      threads[t] =
          new Thread(() -> {
            for (int i = 0; i < 20; i++) {
              product.multiply(
                  false, false, 100, 100, 100, a, 0, 100, b, 0, 100, result, 0, 100, false);
            }
          });
      threads[t].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (float[] result : c) {
      assertThat(Arrays.equals(result, c[0])).isTrue();
    }
  }
}
