package autopar.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Matrices that fill tiles, that leave edges, and that start anywhere in their arrays. */
final class MatrixTurnTest {

  private static final int[] SIZES = {0, 1, 15, 16, 17, 40, 256, 283, 600};

  /**
   * Elements between rows; with 0 and 16, rows of some sizes all start in the same place of a line.
   */
  private static final int[] GAPS = {0, 3, 16};

  @Test
  void tilesInVectorsTurnEveryElementAndNoOther() {
    assumeTrue(VectorMath.L == 16, "vectors of this machine do not hold sixteen numbers");
    turnAll(new MatrixTurn(true));
  }

  @Test
  void columnsOfSingleNumbersTurnEveryElementAndNoOther() {
    turnAll(new MatrixTurn(false));
  }

  private static void turnAll(MatrixTurn turns) {
    for (int rows : SIZES) {
      for (int columns : SIZES) {
        for (int gap : GAPS) {
          turn(turns, rows, columns, gap, 0);
          turn(turns, rows, columns, gap, 21);
        }
      }
    }
  }

  private static void turn(MatrixTurn turns, int rows, int columns, int gap, int start) {
    int stepX = rows + gap;
    int stepY = columns + gap;
    float[] x = new float[start + columns * stepX];
    for (int i = 0; i < x.length; i++) {
      x[i] = i + 1;
    }
    float[] y = new float[start + rows * stepY + 5];
    float[] expected = new float[y.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        expected[start + r * stepY + c] = x[start + c * stepX + r];
      }
    }
    turns.turn(x, start, stepX, rows, columns, y, start, stepY);
    assertThat(Arrays.equals(y, expected))
        .as("%d x %d, rows %d apart, from %d", rows, columns, gap, start)
        .isTrue();
  }
}
