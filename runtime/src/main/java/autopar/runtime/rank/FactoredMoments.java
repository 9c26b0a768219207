package autopar.runtime.rank;

import autopar.program.Instruction.Moments;
import autopar.program.MomentKind;
import autopar.runtime.kernel.FloatTensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One rank's part of Adafactor's arithmetic (Shazeer and Stern, arXiv:1804.04235; see the reference
 * for what is left out). A block of a parameter is [.., r, c]; its row state is [.., r], its column
 * state [.., c], and the sums of its matrices are [..]. A vector has one state of its own shape.
 *
 * @param rows of a whole matrix
 * @param columns of a whole matrix
 * @param elements of the whole parameter
 */
record FactoredMoments(long rows, long columns, long elements) {

  private static final double DECAY_EXPONENT = -0.8;
  private static final double SQUARE_FLOOR = 1e-30;
  private static final double CLIP = 1;

  /** Of a parameter of these extents. */
  static FactoredMoments of(List<Long> shape) {
    int rank = shape.size();
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    return rank < 2
        ? new FactoredMoments(1, 1, elements)
        : new FactoredMoments(shape.get(rank - 2), shape.get(rank - 1), elements);
  }

  /** Writes what {@link Moments} says this rank adds. */
  void sum(MomentKind kind, List<FloatTensor> operands, float[] result) {
    FloatTensor x = operands.getFirst();
    switch (kind) {
      case ROWS -> {
        if (x.rank() < 2) {
          for (int i = 0; i < result.length; i++) {
            result[i] = square(x.data()[i]);
          }
        } else {
          overLast(x, true, result);
        }
      }
      case COLUMNS -> overRows(x, result);
      case MATRICES -> overLast(x, false, result);
      case STEP -> {
        double sum = 0;
        float[] step = step(operands.subList(1, operands.size()), x);
        for (float u : step) {
          sum += (double) u * u;
        }
        result[0] = (float) sum;
      }
    }
  }

  private static float square(float g) {
    return (float) ((double) g * g + SQUARE_FLOOR);
  }

  private static void overLast(FloatTensor x, boolean squares, float[] sums) {
    int length = x.lastDim();
    for (int r = 0; r < sums.length; r++) {
      double sum = 0;
      for (int c = r * length; c < (r + 1) * length; c++) {
        sum += squares ? square(x.data()[c]) : x.data()[c];
      }
      sums[r] = (float) sum;
    }
  }

  private static void overRows(FloatTensor x, float[] sums) {
    int columns = x.lastDim();
    int rows = x.shape()[x.rank() - 2];
    double[] matrix = new double[columns];
    for (int m = 0; columns > 0 && m < sums.length / columns; m++) {
      Arrays.fill(matrix, 0);
      for (int i = 0; i < rows * columns; i++) {
        matrix[i % columns] += square(x.data()[m * rows * columns + i]);
      }
      for (int c = 0; c < columns; c++) {
        sums[m * columns + c] = (float) matrix[c];
      }
    }
  }

  /** The states decay by 1 - step^-0.8 towards the means of this step; {@code step} from 1. */
  void decay(int step, List<FloatTensor> sums, List<FloatTensor> states) {
    double keep = 1 - Math.pow(step, DECAY_EXPONENT);
    for (int s = 0; s < states.size(); s++) {
      double count = states.size() == 1 ? 1 : s == 0 ? columns : rows;
      float[] state = states.get(s).data();
      float[] sum = sums.get(s).data();
      for (int i = 0; i < state.length; i++) {
        state[i] = (float) (keep * state[i] + (1 - keep) * (sum[i] / count));
      }
    }
  }

  /** weight -= rate * update, which is scaled down where its root mean square exceeds 1. */
  void update(
      double rate,
      float[] weight,
      FloatTensor gradient,
      List<FloatTensor> states,
      List<FloatTensor> moments) {
    double meanSquare = moments.getLast().data()[0] / elements;
    double clip = Math.max(1, Math.sqrt(meanSquare) / CLIP);
    float[] step = step(join(states, moments.subList(0, moments.size() - 1)), gradient);
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (weight[i] - rate * step[i] / clip);
    }
  }

  private static List<FloatTensor> join(List<FloatTensor> a, List<FloatTensor> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  /** The gradient over the root of its second moment, which is row x column / mean of rows. */
  private float[] step(List<FloatTensor> moments, FloatTensor gradient) {
    float[] g = gradient.data();
    float[] step = new float[g.length];
    if (moments.size() == 1) {
      for (int i = 0; i < g.length; i++) {
        step[i] = (float) (g[i] / Math.sqrt(moments.getFirst().data()[i]));
      }
      return step;
    }
    int width = gradient.lastDim();
    int height = gradient.shape()[gradient.rank() - 2];
    float[] row = moments.get(0).data();
    float[] column = moments.get(1).data();
    float[] total = moments.get(2).data();
    for (int i = 0; i < g.length; i++) {
      int matrix = i / width / height;
      double ofRow = row[i / width] / (total[matrix] / (double) rows);
      step[i] = (float) (g[i] / Math.sqrt(ofRow * column[matrix * width + i % width]));
    }
    return step;
  }
}
