package autopar.runtime.reference;

/** The standard normal distribution in double precision. */
final class Normal {

  private Normal() {}

  static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /**
   * P(X <= x): the series of Abramowitz and Stegun 26.2.10 near zero, the continued fraction
   * 26.2.14 in the tails.
   */
  static double distribution(double x) {
    if (Math.abs(x) > 38) {
      return x < 0 ? 0 : 1;
    }
    if (Math.abs(x) < 3) {
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
        term *= x * x / (2 * n + 1);
        sum += term;
      }
      return 0.5 + sum * density(x);
    }
    double fraction = 0;
    double t = Math.abs(x);
    for (int n = 120; n > 0; n--) {
      fraction = n / (t + fraction);
    }
    double tail = density(t) / (t + fraction);
    return x < 0 ? tail : 1 - tail;
  }
}
