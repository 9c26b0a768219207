package autopar.strategy;

import autopar.cost.Collective;
import autopar.cost.CostModel;

/**
 * Seconds to bring a tensor from one sharding to another by the cheapest order of collectives.
 *
 * <p>Free slices first (they shrink what moves), then reduce-scatters and all-reduces (or one
 * all-reduce for both), all-to-alls, and all-gathers last (they grow it). Axes with the same move
 * act as one joint group. A route is at most four collectives, so a price costs constant time.
 */
public final class ReshardPrice {

  private final CostModel cost;
  private final PricedMesh mesh;

  public ReshardPrice(CostModel cost, PricedMesh mesh) {
    this.cost = cost;
    this.mesh = mesh;
  }

  /** Seconds from {@code from} to {@code to} for a tensor of {@code fullBytes} in all. */
  public double seconds(int from, int to, double fullBytes) {
    if (from == to) {
      return 0;
    }
    int reduce = 0;
    int scatter = 0;
    int exchange = 0;
    int gather = 0;
    double local = fullBytes / AxisCode.shards(from, mesh.sizes());
    for (int axis = 0; axis < mesh.axes(); axis++) {
      int before = AxisCode.at(from, axis);
      int after = AxisCode.at(to, axis);
      if (before == after || mesh.sizes()[axis] == 1) {
        continue;
      }
      int bit = 1 << axis;
      if (before == AxisCode.PARTIAL) {
        if (after == AxisCode.REPLICATED) {
          reduce |= bit;
        } else {
          scatter |= bit;
        }
      } else if (before == AxisCode.REPLICATED) {
        if (after < AxisCode.PARTIAL) {
          local /= mesh.sizes()[axis];
        }
      } else if (after < AxisCode.PARTIAL) {
        exchange |= bit;
      } else {
        gather |= bit;
      }
    }
    double seconds = 0;
    double before = local;
    if (scatter != 0) {
      seconds += price(Collective.REDUCE_SCATTER, local, scatter);
      local /= mesh.span(scatter);
    }
    if (reduce != 0) {
      seconds += price(Collective.ALL_REDUCE, local, reduce);
      if (scatter != 0) {
        // One sum over both groups at once, of which each device keeps its slice.
        seconds = Math.min(seconds, price(Collective.ALL_REDUCE, before, reduce | scatter));
      }
    }
    if (exchange != 0) {
      seconds += price(Collective.ALL_TO_ALL, local, exchange);
    }
    if (gather != 0) {
      local *= mesh.span(gather);
      seconds += price(Collective.ALL_GATHER, local, gather);
    }
    return seconds;
  }

  /** Seconds of one collective over the axes in {@code mask}. */
  public double price(Collective kind, double bytes, int mask) {
    return mesh.span(mask) == 1 ? 0 : cost.collectiveSeconds(kind, bytes, mesh.groups()[mask]);
  }
}
