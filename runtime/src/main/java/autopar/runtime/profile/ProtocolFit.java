package autopar.runtime.profile;

import autopar.runtime.profile.CollectiveTime.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * The links of a library that changes its protocol at a size nobody knows: {@code seconds =
 * min(fast, bulk)}, each of the form of {@link LinkFit}. For every size that may part them, both
 * protocols are fitted to their side; then each collective goes to the protocol that is priced
 * cheaper, and both are fitted again, as long as that helps (Lloyd's iteration). The fit of least
 * squared logarithmic error is taken: it costs sizes x rounds fits of five unknowns.
 */
final class ProtocolFit {
  private static final int ROUNDS = 8;

  /** Bandwidths of three rings, a latency and a hop need so many collectives. */
  private static final int FEWEST = 5;

  private final List<CollectiveTime> times;
  private final double sendBandwidth;

  private ProtocolFit(List<CollectiveTime> all) {
    this.sendBandwidth = LinkFit.sendBandwidth(all);
    this.times = all.stream().filter(t -> t.kind() != Kind.SEND).toList();
  }

  /** Fits collectives of worlds of two ranks and more, and messages. */
  static LinkFit of(List<CollectiveTime> all) {
    ProtocolFit fit = new ProtocolFit(all);
    return fit.sizes()
        .mapToObj(fit::partedAt)
        .min(Comparator.comparingDouble(fit::misfit))
        .orElseThrow()
        .withError(fit.times);
  }

  private LongStream sizes() {
    return times.stream().mapToLong(t -> Math.round(t.movedBytes())).distinct().sorted();
  }

  private LinkFit partedAt(long bytes) {
    LinkFit fit = fitted(t -> t.movedBytes() <= bytes);
    for (int round = 0; round < ROUNDS; round++) {
      LinkFit before = fit;
      LinkFit next = fitted(t -> before.fast(t) <= before.bulk(t));
      if (misfit(next) >= misfit(before)) {
        return before;
      }
      fit = next;
    }
    return fit;
  }

  /** Where one side holds too few, all are fitted as one protocol. */
  private LinkFit fitted(Predicate<CollectiveTime> isFast) {
    List<CollectiveTime> fast = times.stream().filter(isFast).toList();
    List<CollectiveTime> bulk = times.stream().filter(isFast.negate()).toList();
    boolean both = fast.size() >= FEWEST && bulk.size() >= FEWEST && hasAllRings(bulk);
    double[] l = bulk(both ? bulk : times);
    double pair = 1 / l[2];
    int most = times.stream().mapToInt(CollectiveTime::ranks).max().orElseThrow();
    double quad = most > 2 ? 1 / l[3] : pair;
    double full = most > 4 ? 1 / l[4] : quad;
    LinkFit links = new LinkFit(pair, quad, full, 1, l[0], l[1], l[0], l[1], sendBandwidth, 0);
    if (!both) {
      return links;
    }
    NonNegativeFit small = new NonNegativeFit(3);
    fast.forEach(
        t -> small.add(t.seconds(), 1, t.steps(), t.movedBytes() / links.bandwidth(t.ranks())));
    double[] s = small.solve();
    double fraction = s[2] > 0 ? Math.min(1, 1 / s[2]) : 1;
    return new LinkFit(pair, quad, full, fraction, s[0], s[1], l[0], l[1], sendBandwidth, 0);
  }

  private boolean hasAllRings(List<CollectiveTime> some) {
    return rings(some) == rings(times);
  }

  private static long rings(List<CollectiveTime> some) {
    return some.stream().mapToInt(t -> LinkFit.index(t.ranks())).distinct().count();
  }

  private static double[] bulk(List<CollectiveTime> some) {
    NonNegativeFit large = new NonNegativeFit(5);
    for (CollectiveTime t : some) {
      double[] bytes = new double[3];
      bytes[LinkFit.index(t.ranks())] = t.movedBytes();
      large.add(t.seconds(), 1, t.steps(), bytes[0], bytes[1], bytes[2]);
    }
    return large.solve();
  }

  private double misfit(LinkFit fit) {
    return times.stream()
        .mapToDouble(t -> {
          double error = Math.log(Math.min(fit.fast(t), fit.bulk(t)) / t.seconds());
          return error * error;
        })
        .sum();
  }
}
