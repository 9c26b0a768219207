package autopar.interop;

/**
 * What the sums of a {@link PricedStage} are made of, in seconds.
 *
 * <p>Per micro-batch: {@code recompute} is the part of backward that runs forward work again,
 * {@code layerCommunication} the collectives inside layers (both passes), {@code gather} and {@code
 * scatter} what ZeRO moves every micro-batch, parameters and gradients, and {@code host} the host's
 * work. Per step: {@code gradientSync} and {@code update}. What runs under compute is {@code
 * hidden}.
 */
public record StageParts(
    double recompute,
    double layerCommunication,
    Share gather,
    Share scatter,
    double host,
    Share gradientSync,
    double update) {

  /** Seconds that add to a pass or step, and seconds of the same work that do not. */
  public record Share(double exposed, double hidden) {
    public static final Share NOTHING = new Share(0, 0);

    /** The share of {@code all} seconds of which {@code exposed} are seen. */
    static Share of(double all, double exposed) {
      return new Share(exposed, Math.max(0, all - exposed));
    }

    Share plus(Share other) {
      return new Share(exposed + other.exposed, hidden + other.hidden);
    }

    Share times(double n) {
      return new Share(n * exposed, n * hidden);
    }
  }
}
