package autopar.cluster;

import autopar.ir.type.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * Hosts in order, in groups of hosts that are alike. Ranks count devices host after host: on hosts
 * of eight, rank r is device {@code r mod 8} of host {@code r div 8}. The first {@code devices} are
 * in use; the last host possibly in part.
 *
 * <p>What devices have in common is asked by range: {@link #kindsOf} tells which kinds of hosts a
 * range touches, and {@link #placeOf} which ranges lie alike.
 *
 * @param software the software profile that prices use unless another is asked for
 * @param devices the devices in use; where the groups hold fewer, the last one goes on
 * @param kinds the kinds of hosts, in the order in which they first appear
 * @param groups the hosts; neighbouring groups differ
 * @param numbers every number of the file by its path ({@code device.memory}), with provenance
 */
public record Cluster(
    String name,
    String about,
    String software,
    int devices,
    List<HostKind> kinds,
    List<HostGroup> groups,
    SortedMap<String, Quantity> numbers) {

  public Cluster {
    Objects.requireNonNull(name);
    Objects.requireNonNull(about);
    Objects.requireNonNull(software);
    kinds = List.copyOf(kinds);
    groups = joined(groups);
    if (devices < 1 || groups.isEmpty()) {
      throw new IllegalArgumentException("a cluster has at least one device");
    }
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
  }

  /** Neighbouring groups of hosts that are alike are one group. */
  private static List<HostGroup> joined(List<HostGroup> groups) {
    List<HostGroup> joined = new ArrayList<>();
    for (HostGroup group : groups) {
      if (!joined.isEmpty() && joined.getLast().isLike(group)) {
        int hosts = joined.removeLast().hosts() + group.hosts();
        joined.add(new HostGroup(group.kind(), hosts, group.devicesPerHost()));
      } else {
        joined.add(group);
      }
    }
    return List.copyOf(joined);
  }

  /** Devices of all groups, in use or not. */
  public int capacity() {
    return groups.stream().mapToInt(HostGroup::devices).sum();
  }

  /** The first {@code count} devices of this cluster; {@code count} is at most {@link #devices}. */
  public Cluster truncatedTo(int count) {
    if (count > devices) {
      throw new IllegalArgumentException(name + " has " + devices + " devices, not " + count);
    }
    return withDevices(count);
  }

  /** The same hosts, as many as {@code count} devices need, more of the last kind if need be. */
  public Cluster withDevices(int count) {
    return new Cluster(name, about, software, count, kinds, groups, numbers);
  }

  /** The same devices, so many to a host. */
  public Cluster withHosts(int devicesOfEach) {
    List<HostGroup> regrouped =
        groups.stream()
            .map(g ->
                new HostGroup(g.kind(), Math.ceilDiv(g.devices(), devicesOfEach), devicesOfEach))
            .toList();
    return new Cluster(name, about, software, devices, kinds, regrouped, numbers);
  }

  /** The same hosts, each kind of them changed. */
  public Cluster withKinds(UnaryOperator<HostKind> change) {
    return new Cluster(
        name, about, software, devices, kinds.stream().map(change).toList(), groups, numbers);
  }

  /** The same cluster, its devices with {@code bytes} of memory. */
  public Cluster withMemory(long bytes) {
    return withKinds(kind -> kind.withDevice(kind.device().withMemory(bytes)));
  }

  /** Hosts in use, the last one possibly in part. */
  public int hosts() {
    return hostOf(devices - 1) + 1;
  }

  /** The host of a device. */
  public int hostOf(int device) {
    Spot at = spot(device);
    return at.firstHost + (device - at.firstDevice) / groups.get(at.group).devicesPerHost();
  }

  /** The first device of a host. */
  public int firstOf(int host) {
    int device = 0;
    int before = 0;
    for (int g = 0; g < groups.size(); g++) {
      HostGroup group = groups.get(g);
      if (host < before + group.hosts() || g == groups.size() - 1) {
        return device + (host - before) * group.devicesPerHost();
      }
      device += group.devices();
      before += group.hosts();
    }
    throw new IllegalStateException("the last group goes on");
  }

  /** Devices of a host, those not in use too. */
  public int devicesOn(int host) {
    return firstOf(host + 1) - firstOf(host);
  }

  /** The place of a device in {@link #groups}. */
  public int groupOf(int device) {
    return spot(device).group;
  }

  /** The kind of a host. */
  public HostKind kindOf(int host) {
    return kinds.get(groups.get(groupOf(firstOf(host))).kind());
  }

  /** The kinds of hosts that the devices [first, first + width) are on. */
  public HostKinds kindsOf(int first, int width) {
    int last = groupOf(first + width - 1);
    HostKinds kinds = HostKinds.of(groups.get(last).kind());
    for (int g = groupOf(first); g < last; g++) {
      kinds = kinds.and(HostKinds.of(groups.get(g).kind()));
    }
    return kinds;
  }

  /**
   * The first device of a range that lies on hosts as [first, first + width) does: as many devices
   * on each host, of the same kinds. The nearest to the first device that is known; in a cluster of
   * equal hosts the place in the host.
   */
  public int placeOf(int first, int width) {
    Spot at = spot(first);
    if (groupOf(first + width - 1) != at.group) {
      return first;
    }
    HostGroup own = groups.get(at.group);
    int offset = (first - at.firstDevice) % own.devicesPerHost();
    int start = 0;
    for (int g = 0; g < at.group; g++) {
      if (groups.get(g).isLike(own) && offset + width <= groups.get(g).devices()) {
        return start + offset;
      }
      start += groups.get(g).devices();
    }
    return at.firstDevice + offset;
  }

  /** A group, and where it begins. */
  private record Spot(int group, int firstDevice, int firstHost) {}

  private Spot spot(int device) {
    int first = 0;
    int host = 0;
    int g = 0;
    while (g < groups.size() - 1 && device >= first + groups.get(g).devices()) {
      first += groups.get(g).devices();
      host += groups.get(g).hosts();
      g++;
    }
    return new Spot(g, first, host);
  }

  /** The groups in use, the last one as far as it is; its last host possibly in part. */
  public List<HostGroup> groupsInUse() {
    List<HostGroup> used = new ArrayList<>();
    Spot last = spot(devices - 1);
    used.addAll(groups.subList(0, last.group));
    HostGroup group = groups.get(last.group);
    used.add(
        new HostGroup(
            group.kind(),
            Math.ceilDiv(devices - last.firstDevice, group.devicesPerHost()),
            group.devicesPerHost()));
    return used;
  }

  /** Are all hosts in use alike? */
  public boolean isEven() {
    return groupOf(devices - 1) == 0;
  }

  /** Devices of the largest host in use. */
  public int mostPerHost() {
    return groupsInUse().stream().mapToInt(HostGroup::devicesPerHost).max().orElseThrow();
  }

  /** Devices of the largest host in use that is of one of {@code kinds}. */
  public int mostPerHost(HostKinds kinds) {
    return groupsInUse().stream()
        .filter(group -> kinds.contains(group.kind()))
        .mapToInt(HostGroup::devicesPerHost)
        .max()
        .orElseThrow();
  }

  /** Devices of the smallest host in use. */
  public int fewestPerHost() {
    return groupsInUse().stream().mapToInt(HostGroup::devicesPerHost).min().orElseThrow();
  }

  /** The kinds of hosts in use. */
  public List<HostKind> kindsInUse() {
    Set<Integer> used = new LinkedHashSet<>();
    groupsInUse().forEach(group -> used.add(group.kind()));
    return used.stream().map(kinds::get).toList();
  }

  /** The sum over the first {@code count} devices of what each device of a kind adds. */
  public double sum(int count, IntToDoubleFunction ofKind) {
    double sum = 0;
    int left = count;
    for (int g = 0; g < groups.size() && left > 0; g++) {
      int here = g == groups.size() - 1 ? left : Math.min(left, groups.get(g).devices());
      sum += here * ofKind.applyAsDouble(groups.get(g).kind());
      left -= here;
    }
    return sum;
  }

  /** Devices of the first hosts; all there are where hosts are alike. */
  public Device device() {
    return firstKind().device();
  }

  /**
   * The cores that the devices of a host share, where devices are processes on them: then all hosts
   * are of one kind.
   */
  public Optional<HostCores> cores() {
    return firstKind().cores();
  }

  private HostKind firstKind() {
    return kinds.get(groups.getFirst().kind());
  }

  /** Bytes that the smallest device in use has before the context. */
  public long usableBytes() {
    return kindsInUse().stream().mapToLong(k -> k.device().memoryBytes()).min().orElseThrow();
  }

  /** Bytes that the largest device in use has before the context. */
  public long mostUsableBytes() {
    return kindsInUse().stream().mapToLong(k -> k.device().memoryBytes()).max().orElseThrow();
  }

  /** Peak operations per second of matrix products, the mean of the devices in use. */
  public double peak(Precision precision) {
    double first = device().peak(precision);
    double more = sum(devices, k -> kinds.get(k).device().peak(precision) - first);
    return first + more / devices;
  }

  /** A device in use that has no arithmetic in {@code precision}. */
  public Optional<Device> lacking(Precision precision) {
    return kindsInUse().stream()
        .map(HostKind::device)
        .filter(device -> device.peak(precision) <= 0)
        .findFirst();
  }

  /**
   * The default precision: the first that is the best of a kind of devices in use and that all of
   * them have, or fp32 where none is.
   */
  public Precision bestPrecision() {
    return kindsInUse().stream()
        .map(kind -> kind.device().bestPrecision())
        .filter(precision -> lacking(precision).isEmpty())
        .findFirst()
        .orElse(Precision.FP32);
  }

  /** The models of the devices in use: {@code A100-SXM4-80GB and V100-SXM2-16GB}. */
  public String deviceNames() {
    return String.join(
        " and ", kindsInUse().stream().map(kind -> kind.device().model()).distinct().toList());
  }
}
