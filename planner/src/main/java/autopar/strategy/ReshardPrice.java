package autopar.strategy;

import autopar.cost.Collective;
import autopar.cost.CostModel;
import java.util.ArrayList;
import java.util.List;

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
    this.cost = cost.on(mesh.kinds());
    this.mesh = mesh;
  }

  /** One collective of a route: over the axes in {@code mask}, {@code bytes} as it is priced. */
  public record Move(Collective kind, int mask, double bytes, double seconds) {}

  /** What each axis does between two shardings, as bit masks; {@code local} bytes after slices. */
  private record Changes(int reduce, int scatter, int exchange, int gather, double local) {}

  /** Seconds from {@code from} to {@code to} for a tensor of {@code fullBytes} in all. */
  public double seconds(int from, int to, double fullBytes) {
    if (from == to) {
      return 0;
    }
    Changes c = changes(from, to, fullBytes);
    double local = c.local;
    double seconds = 0;
    if (c.scatter != 0) {
      seconds += price(Collective.REDUCE_SCATTER, local, c.scatter);
      local /= mesh.span(c.scatter);
    }
    if (c.reduce != 0) {
      seconds += price(Collective.ALL_REDUCE, local, c.reduce);
      if (c.scatter != 0) {
        seconds = Math.min(seconds, jointSum(c));
      }
    }
    if (c.exchange != 0) {
      seconds += price(Collective.ALL_TO_ALL, local, c.exchange);
    }
    if (c.gather != 0) {
      local *= mesh.span(c.gather);
      seconds += price(Collective.ALL_GATHER, local, c.gather);
    }
    return seconds;
  }

  /** The collectives that {@link #seconds} is the sum of, in order. */
  public List<Move> route(int from, int to, double fullBytes) {
    List<Move> route = new ArrayList<>();
    if (from == to) {
      return route;
    }
    Changes c = changes(from, to, fullBytes);
    double local = c.local;
    if (c.scatter != 0) {
      add(route, Collective.REDUCE_SCATTER, c.scatter, local);
      local /= mesh.span(c.scatter);
    }
    if (c.reduce != 0) {
      add(route, Collective.ALL_REDUCE, c.reduce, local);
      if (c.scatter != 0 && jointSum(c) < sum(route)) {
        route.clear();
        add(route, Collective.ALL_REDUCE, c.reduce | c.scatter, c.local);
      }
    }
    if (c.exchange != 0) {
      add(route, Collective.ALL_TO_ALL, c.exchange, local);
    }
    if (c.gather != 0) {
      add(route, Collective.ALL_GATHER, c.gather, local * mesh.span(c.gather));
    }
    return route;
  }

  /** One sum over both groups at once, of which each device keeps its slice. */
  private double jointSum(Changes c) {
    return price(Collective.ALL_REDUCE, c.local, c.reduce | c.scatter);
  }

  private void add(List<Move> route, Collective kind, int mask, double bytes) {
    if (mesh.span(mask) > 1) {
      route.add(new Move(kind, mask, bytes, price(kind, bytes, mask)));
    }
  }

  private static double sum(List<Move> route) {
    double seconds = 0;
    for (Move move : route) {
      seconds += move.seconds;
    }
    return seconds;
  }

  private Changes changes(int from, int to, double fullBytes) {
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
    return new Changes(reduce, scatter, exchange, gather, local);
  }

  /** Seconds of one collective over the axes in {@code mask}. */
  public double price(Collective kind, double bytes, int mask) {
    return mesh.span(mask) == 1 ? 0 : cost.collectiveSeconds(kind, bytes, mesh.groups()[mask]);
  }
}
