package autopar.runtime.profile;

import autopar.cluster.HostKind;
import autopar.cluster.SoftwareProfiles;
import autopar.cost.compute.KernelTimes;
import autopar.ir.op.Work;
import autopar.ir.type.Precision;
import autopar.runtime.cuda.ProductTime;
import autopar.runtime.cuda.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The part of the peak and the overhead of a tile with which the cost model predicts measured
 * products best: least squared error of logarithms, by a search over a lattice and a finer one
 * around its best point.
 *
 * @param fraction of the peak, at most 1
 * @param medianError of all products, as a fraction; maxError, the largest
 */
record ProductFit(double fraction, double tileSeconds, double medianError, double maxError) {
  private static final double FRACTION_STEP = 0.02;
  private static final double TILE_STEP = 0.25e-6;
  private static final double MOST_TILE = 20e-6;
  private static final int FINER = 20;

  /**
   * Squares; products of a layer's shards for 2,048 to 8,192 tokens; deep, flat and narrow ones.
   * Sides are multiples of 128 bytes, since prices are monotone among such shapes only.
   */
  static List<Shape> sweep() {
    List<Shape> shapes = new ArrayList<>();
    for (long side = 512; side <= 16_384; side *= 2) {
      shapes.add(new Shape(side, side, side));
    }
    long[][] weights = {
      {1024, 1024},
      {1536, 4096},
      {4096, 512},
      {2048, 8192},
      {8192, 1024},
      {8192, 8192},
      {5120, 10_240}
    };
    for (long tokens = 2048; tokens <= 8192; tokens *= 2) {
      for (long[] weight : weights) {
        shapes.add(new Shape(tokens, weight[0], weight[1]));
      }
    }
    long[][] odd = {
      {512, 512, 8192}, {1024, 512, 4096}, {1024, 1024, 16_384}, {2048, 2048, 16_384},
      {16_384, 512, 4096}, {512, 16_384, 1024}, {256, 8192, 8192}, {8192, 8192, 512}
    };
    for (long[] sides : odd) {
      shapes.add(new Shape(sides[0], sides[1], sides[2]));
    }
    return shapes;
  }

  /** Fits products of a device whose other numbers are known. */
  static ProductFit of(List<ProductTime> times, HostKind host, Precision precision) {
    double[] best = {1, 0};
    double least = Double.POSITIVE_INFINITY;
    for (double fraction = FRACTION_STEP; fraction < 1 + 1e-9; fraction += FRACTION_STEP) {
      for (double tile = 0; tile <= MOST_TILE; tile += TILE_STEP) {
        double misfit = misfit(times, host, precision, fraction, tile);
        if (misfit < least) {
          least = misfit;
          best = new double[] {fraction, tile};
        }
      }
    }
    return finer(times, host, precision, best);
  }

  private static ProductFit finer(
      List<ProductTime> times, HostKind host, Precision precision, double[] around) {
    double[] best = around;
    double least = Double.POSITIVE_INFINITY;
    for (int i = -FINER; i <= FINER; i++) {
      for (int j = -FINER; j <= FINER; j++) {
        double fraction = Math.clamp(around[0] + i * FRACTION_STEP / FINER, 1e-3, 1);
        double tile = Math.max(0, around[1] + j * TILE_STEP / FINER);
        double misfit = misfit(times, host, precision, fraction, tile);
        if (misfit < least) {
          least = misfit;
          best = new double[] {fraction, tile};
        }
      }
    }
    KernelTimes prices = prices(host, precision, best[0], best[1]);
    double[] errors =
        times.stream().mapToDouble(t -> Math.abs(price(prices, t) / t.seconds() - 1)).toArray();
    Arrays.sort(errors);
    return new ProductFit(best[0], best[1], errors[errors.length / 2], errors[errors.length - 1]);
  }

  private static double misfit(
      List<ProductTime> times, HostKind host, Precision precision, double fraction, double tile) {
    KernelTimes prices = prices(host, precision, fraction, tile);
    double sum = 0;
    for (ProductTime t : times) {
      double error = Math.log(price(prices, t) / t.seconds());
      sum += error * error;
    }
    return sum;
  }

  private static KernelTimes prices(
      HostKind host, Precision precision, double fraction, double tile) {
    return new KernelTimes(
        host.withDevice(host.device().withProducts(fraction, tile)),
        SoftwareProfiles.isolated(),
        precision);
  }

  private static double price(KernelTimes prices, ProductTime t) {
    Shape shape = t.shape();
    return prices.seconds(new Work.Gemm(1, shape.rows(), shape.columns(), shape.depth()));
  }
}
