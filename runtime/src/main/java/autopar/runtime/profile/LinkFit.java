package autopar.runtime.profile;

import autopar.runtime.profile.CollectiveTime.Kind;
import java.util.List;

/**
 * What collectives between processes cost: {@code latency + steps x hop + bytes / bandwidth}, once
 * for small and once for large ones, as two protocols.
 *
 * @param pair bytes per second of a rank in a ring of two
 * @param quad the same of four; full, of eight and more
 * @param fastFraction part of the bandwidth that small collectives reach
 * @param sendBandwidth bytes per second of a message, the work of both sides together
 * @param medianError of all collectives against their price, as a fraction
 */
record LinkFit(
    double pair,
    double quad,
    double full,
    double fastFraction,
    double fastLatency,
    double fastHop,
    double bulkLatency,
    double bulkHop,
    double sendBandwidth,
    double medianError) {

  /** Bytes up to which a collective counts as small. */
  private static final long SMALL = 64L << 10;

  /** Fits the times of worlds of two ranks and more. */
  static LinkFit of(List<CollectiveTime> all) {
    List<CollectiveTime> times = all.stream().filter(t -> t.kind() != Kind.SEND).toList();
    int most = times.stream().mapToInt(CollectiveTime::ranks).max().orElseThrow();
    NonNegativeFit small = new NonNegativeFit(3);
    NonNegativeFit large = new NonNegativeFit(5);
    for (CollectiveTime t : times) {
      if (t.bytes() <= SMALL) {
        small.add(t.seconds(), 1, t.steps(), t.movedBytes());
      } else {
        double[] bytes = new double[3];
        bytes[index(t.ranks())] = t.movedBytes();
        large.add(t.seconds(), 1, t.steps(), bytes[0], bytes[1], bytes[2]);
      }
    }
    double[] s = small.solve();
    double[] l = large.solve();
    double pair = 1 / l[2];
    double quad = most > 2 ? 1 / l[3] : pair;
    double full = most > 4 ? 1 / l[4] : quad;
    double fraction = s[2] > 0 ? Math.min(1, 1 / s[2] / Math.max(pair, Math.max(quad, full))) : 1;
    LinkFit fit =
        new LinkFit(pair, quad, full, fraction, s[0], s[1], l[0], l[1], sendBandwidth(all), 0);
    return fit.withError(times);
  }

  /** Bytes per second of the messages among {@code all}. */
  static double sendBandwidth(List<CollectiveTime> all) {
    NonNegativeFit messages = new NonNegativeFit(2);
    all.stream()
        .filter(t -> t.kind() == Kind.SEND)
        .forEach(t -> messages.add(t.seconds(), 1, t.bytes()));
    return 1 / messages.solve()[1];
  }

  /** Which of the bandwidths a ring has: 0 pair, 1 quad, 2 full. */
  static int index(int ranks) {
    return ranks <= 2 ? 0 : ranks <= 4 ? 1 : 2;
  }

  double bandwidth(int ranks) {
    return new double[] {pair, quad, full}[index(ranks)];
  }

  /** Seconds of a collective by the protocol of low latency. */
  double fast(CollectiveTime t) {
    double wire = t.movedBytes() / bandwidth(t.ranks());
    return fastLatency + t.steps() * fastHop + wire / fastFraction;
  }

  /** Seconds of a collective by the protocol of high bandwidth. */
  double bulk(CollectiveTime t) {
    return bulkLatency + t.steps() * bulkHop + t.movedBytes() / bandwidth(t.ranks());
  }

  LinkFit withError(List<CollectiveTime> times) {
    double error =
        times.stream()
            .mapToDouble(t -> Math.abs(Math.min(fast(t), bulk(t)) / t.seconds() - 1))
            .sorted()
            .toArray()[times.size() / 2];
    return new LinkFit(
        pair,
        quad,
        full,
        fastFraction,
        fastLatency,
        fastHop,
        bulkLatency,
        bulkHop,
        sendBandwidth,
        error);
  }
}
