package autopar.runtime.reference;

import java.util.List;

/**
 * Adafactor (Shazeer and Stern, arXiv:1804.04235) without momentum, weight decay, relative steps
 * and scaling by the parameter.
 *
 * <p>The mean of squares decays by 1 - step^-0.8. Of a matrix (the last two dimensions, one matrix
 * for each index of the others) only means over rows and columns are kept, and their outer product
 * over the mean of the row means stands for the whole. An update whose root mean square is above 1
 * is scaled down to it.
 */
final class AdafactorUpdate {

  private static final double DECAY_EXPONENT = -0.8;
  private static final double SQUARE_FLOOR = 1e-30;
  private static final double CLIP = 1;

  private AdafactorUpdate() {}

  /**
   * @param state means over the last dimension and over the last but one; of a vector or scalar
   *     just the mean of squares
   */
  static ReferenceOptimizer.Updated of(
      long step, double learningRate, Tensor parameter, Tensor gradient, List<Tensor> state) {
    double decay = 1 - Math.pow(step, DECAY_EXPONENT);
    Tensor squares =
        Tensor.filled(
            gradient.shape(), i -> gradient.data()[i] * gradient.data()[i] + SQUARE_FLOOR);
    List<Tensor> now =
        state.size() == 1
            ? List.of(mix(decay, state.get(0), squares))
            : List.of(
                mix(decay, state.get(0), rowMeans(squares)),
                mix(decay, state.get(1), columnMeans(squares)));
    Tensor second =
        now.size() == 1 ? now.get(0) : product(gradient.shape(), now.get(0), now.get(1));
    Tensor update =
        Tensor.filled(gradient.shape(), i -> gradient.data()[i] / Math.sqrt(second.data()[i]));
    double clip = Math.max(1, rootMeanSquare(update) / CLIP);
    return new ReferenceOptimizer.Updated(
        Tensor.filled(
            parameter.shape(), i -> parameter.data()[i] - learningRate * update.data()[i] / clip),
        now);
  }

  private static Tensor mix(double decay, Tensor before, Tensor now) {
    return Tensor.filled(now.shape(), i -> decay * before.data()[i] + (1 - decay) * now.data()[i]);
  }

  /** [.., r, c] to [.., r]. */
  private static Tensor rowMeans(Tensor x) {
    int columns = x.lastDim();
    Tensor means = Tensor.zeros(without(x.shape(), x.rank() - 1));
    for (int i = 0; i < x.size(); i++) {
      means.data()[i / columns] += x.data()[i] / columns;
    }
    return means;
  }

  /** [.., r, c] to [.., c]. */
  private static Tensor columnMeans(Tensor x) {
    int columns = x.lastDim();
    int rows = x.shape()[x.rank() - 2];
    Tensor means = Tensor.zeros(without(x.shape(), x.rank() - 2));
    for (int i = 0; i < x.size(); i++) {
      means.data()[column(i, rows, columns)] += x.data()[i] / rows;
    }
    return means;
  }

  /** Where element {@code i} of [.., rows, columns] falls in [.., columns]. */
  private static int column(int i, int rows, int columns) {
    return i / (rows * columns) * columns + i % columns;
  }

  /** row x column / mean of the rows of the same matrix. */
  private static Tensor product(int[] shape, Tensor rowMeans, Tensor columnMeans) {
    int rows = shape[shape.length - 2];
    int columns = shape[shape.length - 1];
    Tensor matrixMeans = rowMeans(rowMeans);
    return Tensor.filled(
        shape,
        i ->
            rowMeans.data()[i / columns]
                / matrixMeans.data()[i / columns / rows]
                * columnMeans.data()[column(i, rows, columns)]);
  }

  private static double rootMeanSquare(Tensor x) {
    double squares = 0;
    for (double element : x.data()) {
      squares += element * element;
    }
    return Math.sqrt(squares / x.size());
  }

  private static int[] without(int[] shape, int dim) {
    int[] rest = new int[shape.length - 1];
    for (int d = 0; d < rest.length; d++) {
      rest[d] = shape[d < dim ? d : d + 1];
    }
    return rest;
  }
}
