package autopar.interop;

import autopar.cluster.Cluster;
import autopar.cluster.HostGroup;
import autopar.cluster.HostKinds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;

/**
 * The devices of a cluster as a pipeline takes them, position after position: where stages may
 * start and end, how a range of positions lies on its hosts, and what hosts these are.
 *
 * <p>Ranges of one width on the same kinds of hosts are of one <em>class</em>: bounds are kept by
 * class. Ranges that also lie alike on their hosts have one <em>place</em>: prices are kept by
 * place. Where hosts are alike there is one class for each width, and a place is one in a host.
 */
public final class DeviceLine {
  /** Devices up to which every offset and width is tried; beyond, stages take whole hosts. */
  private static final int FINE_DEVICES = 64;

  private final Cluster cluster;
  private final List<Integer> offsets;
  private final int[] groupAt;
  private final int[][] kindsBetween;
  private final List<HostKinds> kinds = new ArrayList<>();

  private DeviceLine(Cluster cluster, TreeSet<Integer> offsets) {
    this.cluster = cluster;
    offsets.add(0);
    offsets.add(cluster.devices());
    this.offsets = List.copyOf(offsets);
    this.groupAt = new int[cluster.devices()];
    Arrays.setAll(groupAt, cluster::groupOf);
    List<HostGroup> groups = cluster.groupsInUse();
    this.kindsBetween = new int[groups.size()][groups.size()];
    for (int first = 0; first < groups.size(); first++) {
      HostKinds between = HostKinds.of(groups.get(first).kind());
      for (int last = first; last < groups.size(); last++) {
        between = between.and(HostKinds.of(groups.get(last).kind()));
        if (!kinds.contains(between)) {
          kinds.add(between);
        }
        kindsBetween[first][last] = kinds.indexOf(between);
      }
    }
  }

  /** Host after host; beyond 64 devices, stages start and end with hosts. */
  public static DeviceLine of(Cluster cluster) {
    TreeSet<Integer> offsets = new TreeSet<>();
    if (cluster.devices() <= FINE_DEVICES) {
      for (int o = 0; o <= cluster.devices(); o++) {
        offsets.add(o);
      }
    } else {
      for (int host = 0; host < cluster.hosts(); host++) {
        offsets.add(cluster.firstOf(host));
      }
    }
    return new DeviceLine(cluster, offsets);
  }

  /** The columns of {@code order} on equal hosts: stages are whole columns. */
  static DeviceLine columns(Cluster cluster, DeviceOrder order) {
    TreeSet<Integer> offsets = new TreeSet<>();
    int step = order.hosts() * order.column();
    for (int o = 0; o <= cluster.devices(); o += step) {
      offsets.add(o);
    }
    return new DeviceLine(cluster.withHosts(order.column()), offsets);
  }

  /** The hosts as they lie along the line. */
  Cluster cluster() {
    return cluster;
  }

  /** Number of positions. */
  public int devices() {
    return groupAt.length;
  }

  /** Where a stage may start or end, ascending from 0 to {@link #devices}. */
  List<Integer> offsets() {
    return offsets;
  }

  /** May a stage end at {@code position}? */
  boolean isOffset(int position) {
    return Collections.binarySearch(offsets, position) >= 0;
  }

  /**
   * May devices between two stages, or before the first, idle? Where hosts are alike, those after
   * the last stage are as good, and the others need not be looked at.
   */
  boolean leavesGaps() {
    return !cluster.isEven();
  }

  /** All positions and, where hosts differ, those of each group of hosts that are alike. */
  List<DeviceRange> alike() {
    List<DeviceRange> ranges = new ArrayList<>();
    ranges.add(new DeviceRange(0, devices()));
    for (int first = 0; leavesGaps() && first < devices(); ) {
      int end = first;
      while (end < devices() && groupAt[end] == groupAt[first]) {
        end++;
      }
      ranges.add(new DeviceRange(first, end - first));
      first = end;
    }
    return ranges;
  }

  /** The first position of a range that lies on its hosts as this one does. */
  int placeOf(int first, int width) {
    return cluster.placeOf(first, width);
  }

  /** The class of a range, below {@link #classes}. */
  int classOf(int first, int width) {
    int between = kindsBetween[groupAt[first]][groupAt[first + width - 1]];
    return between * (groupAt.length + 1) + width;
  }

  /** Above every class. */
  int classes() {
    return kinds.size() * (groupAt.length + 1);
  }

  int widthOf(int rangeClass) {
    return rangeClass % (groupAt.length + 1);
  }

  HostKinds kindsOf(int rangeClass) {
    return kinds.get(rangeClass / (groupAt.length + 1));
  }

  /** The kinds of hosts of all positions, each once. */
  List<Integer> kinds() {
    return cluster.groupsInUse().stream().map(HostGroup::kind).distinct().toList();
  }

  /** The sum over the first positions of what each device of a kind adds. */
  double sum(int positions, IntToDoubleFunction ofKind) {
    return cluster.sum(positions, ofKind);
  }

  /** Are these 1, 2, 4 ... devices inside a host, or as many whole hosts? */
  boolean isPowerOfTwo(int first, int width) {
    int host = cluster.hostOf(first);
    int last = cluster.hostOf(first + width - 1);
    if (host == last && width < cluster.devicesOn(host)) {
      return Integer.bitCount(width) == 1;
    }
    return cluster.firstOf(host) == first
        && cluster.firstOf(last + 1) == first + width
        && Integer.bitCount(last - host + 1) == 1;
  }
}
