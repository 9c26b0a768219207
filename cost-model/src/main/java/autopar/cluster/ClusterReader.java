package autopar.cluster;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads cluster files; the form is {@code cluster.schema.json}. A file describes its hosts at its
 * top level where they are alike, and else in each entry of {@code groups}.
 */
public final class ClusterReader {
  static final String GROUPS = "groups";

  /** The key of a group that names the cluster whose hosts it is made of. */
  static final String REFERENCE = "cluster";

  /** What a host is described by, and how many there are. */
  static final List<String> HOST_KEYS =
      List.of(
          "hosts", "devices_per_host", "device", "interconnect", "network", "host_memory", "cores");

  private static final int MOST_DEVICES = 65_536;

  /** What lies between two groups is known for every pair. */
  private static final int MOST_GROUPS = 1_024;

  private final PlacedJson.Fields root;
  private final Diagnostics diagnostics;
  private final SortedMap<String, Quantity> numbers = new TreeMap<>();
  private final List<HostKind> kinds = new ArrayList<>();

  private ClusterReader(PlacedJson.Fields root, Diagnostics diagnostics) {
    this.root = root;
    this.diagnostics = diagnostics;
  }

  /**
   * The cluster that {@code file} describes, at its full size.
   *
   * @throws InvalidInput with every error of the file: AP0701 not JSON, AP0702 unknown key, AP0703
   *     missing key, AP0704 wrong type, AP0705 impossible number, AP0706 wrong unit, AP0707 no
   *     provenance, AP0708 unknown word, AP0710 hosts that do not go together, AP0711 a group that
   *     names another cluster (see {@link Clusters#source})
   */
  public static Cluster read(SourceFile file) {
    Diagnostics diagnostics = new Diagnostics();
    GroupReferences none = new GroupReferences(ClusterReader::unknown, diagnostics);
    return read(none.resolved(fields(file)), diagnostics);
  }

  private static SourceFile unknown(PlacedJson.Text name) {
    throw new InvalidInput(
        Diagnostic.error("AP0711", name.span(), "hosts are named here, and must be described"));
  }

  /**
   * Reads a tree whose references are resolved; what was found wrong with them is in {@code
   * diagnostics}.
   */
  static Cluster read(PlacedJson.Fields root, Diagnostics diagnostics) {
    return new ClusterReader(root, diagnostics).cluster();
  }

  /** The object that a file holds. */
  static PlacedJson.Fields fields(SourceFile file) {
    PlacedJson root = PlacedJson.read(file);
    if (root instanceof PlacedJson.Fields fields) {
      return fields;
    }
    throw new InvalidInput(
        Diagnostic.error("AP0704", root.span(), "a cluster file is an object, not " + root.noun()));
  }

  private Cluster cluster() {
    Section top = new Section("", root, diagnostics, numbers);
    String name = top.text("name");
    String about = top.text("about");
    String software = software(top);
    List<HostGroup> groups = new ArrayList<>();
    if (top.has(GROUPS)) {
      HOST_KEYS.stream().filter(top::has).forEach(key -> besideGroups(top, key));
      for (Section section : top.sections(GROUPS)) {
        if (!section.has(REFERENCE)) {
          groups.add(group(section));
          section.close();
        }
      }
    } else {
      groups.add(group(top));
    }
    top.close();
    together(top, groups);
    diagnostics.throwIfErrors();
    int devices = groups.stream().mapToInt(HostGroup::devices).sum();
    return new Cluster(name, about, software, devices, kinds, groups, numbers);
  }

  private void besideGroups(Section top, String key) {
    top.error(
        "AP0710",
        top.spanOfKey(key),
        "'" + key + "' belongs into each of '" + GROUPS + "', not beside them");
  }

  private static String software(Section top) {
    String software = top.text("software");
    if (!software.isEmpty() && SoftwareProfiles.find(software).isEmpty()) {
      top.error(
          "AP0708",
          top.spanOf("software"),
          "no software profile '" + software + "'; known: " + SoftwareProfiles.names());
    }
    return software;
  }

  private HostGroup group(Section section) {
    int hosts = section.count("hosts");
    int devicesPerHost = section.count("devices_per_host");
    if ((long) hosts * devicesPerHost > MOST_DEVICES) {
      section.error(
          "AP0705",
          section.spanOf("hosts"),
          hosts + " hosts of " + devicesPerHost + " are more than " + MOST_DEVICES + " devices");
      hosts = 1;
      devicesPerHost = 1;
    }
    HostKind kind = HostSections.kind(section);
    int known = kinds.indexOf(kind);
    if (known < 0) {
      known = kinds.size();
      kinds.add(kind);
    }
    return new HostGroup(known, hosts, devicesPerHost);
  }

  /** Reports hosts that no plan can use together. */
  private void together(Section top, List<HostGroup> groups) {
    if (!top.has(GROUPS)) {
      return;
    }
    if (groups.isEmpty() && !diagnostics.hasErrors()) {
      top.error("AP0710", top.spanOf(GROUPS), "'" + GROUPS + "' holds no hosts");
    }
    long devices = 0;
    for (HostGroup group : groups) {
      devices += group.devices();
    }
    if (devices > MOST_DEVICES) {
      top.error(
          "AP0705",
          top.spanOf(GROUPS),
          "the groups hold " + devices + " devices, more than " + MOST_DEVICES);
    }
    if (groups.size() > MOST_GROUPS) {
      top.error(
          "AP0710",
          top.spanOf(GROUPS),
          groups.size()
              + " groups are more than "
              + MOST_GROUPS
              + "; hosts that are alike and"
              + " follow each other belong into one");
    }
    if (kinds.size() > HostKinds.MOST) {
      top.error(
          "AP0710",
          top.spanOf(GROUPS),
          kinds.size() + " kinds of hosts are more than " + HostKinds.MOST);
    }
    if (kinds.size() > 1 && kinds.stream().anyMatch(kind -> kind.cores().isPresent())) {
      top.error(
          "AP0710",
          top.spanOf(GROUPS),
          "hosts whose devices share 'cores' cannot be mixed with hosts of another kind");
    }
  }
}
