package autopar.cluster;

import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts the hosts of other cluster files where groups name them: <code>{"cluster": "a100-80g",
 * "hosts": ...}</code> becomes the description of the hosts of that file, with its numbers and
 * their provenance. What the group says itself stands, number by number. Values keep their places
 * in the files that they come from. A group whose reference is wrong stays as it is.
 */
final class GroupReferences {
  private final Function<PlacedJson.Text, SourceFile> files;
  private final Diagnostics diagnostics;
  private boolean found;

  /**
   * References to what {@code files} knows by name; it throws {@link InvalidInput} where there is
   * no such file.
   */
  GroupReferences(Function<PlacedJson.Text, SourceFile> files, Diagnostics diagnostics) {
    this.files = files;
    this.diagnostics = diagnostics;
  }

  /** Did {@link #resolved} meet a reference? */
  boolean found() {
    return found;
  }

  /** The file without references. */
  PlacedJson.Fields resolved(PlacedJson.Fields root) {
    if (!(member(root, ClusterReader.GROUPS) instanceof PlacedJson.Items groups)) {
      return root;
    }
    List<PlacedJson> resolved = new ArrayList<>();
    for (PlacedJson item : groups.items()) {
      resolved.add(item instanceof PlacedJson.Fields group ? group(group) : item);
    }
    Map<String, PlacedJson.Member> members = new LinkedHashMap<>(root.members());
    members.computeIfPresent(
        ClusterReader.GROUPS,
        (key, old) ->
            new PlacedJson.Member(old.key(), new PlacedJson.Items(groups.span(), resolved)));
    return new PlacedJson.Fields(root.span(), members);
  }

  private PlacedJson.Fields group(PlacedJson.Fields group) {
    PlacedJson reference = member(group, ClusterReader.REFERENCE);
    if (reference == null) {
      return group;
    }
    if (!(reference instanceof PlacedJson.Text name)) {
      diagnostics.error(
          "AP0704", reference.span(), "'" + ClusterReader.REFERENCE + "' is the name of a cluster");
      return group;
    }
    Optional<PlacedJson.Fields> hosts = hosts(name);
    if (hosts.isEmpty()) {
      return group;
    }
    found = true;
    Map<String, PlacedJson.Member> members = new LinkedHashMap<>(group.members());
    members.remove(ClusterReader.REFERENCE);
    for (String key : ClusterReader.HOST_KEYS) {
      PlacedJson.Member inherited = hosts.get().members().get(key);
      // How many hosts there are is the group's own to say.
      if (inherited != null && !key.equals(ClusterReader.HOST_KEYS.getFirst())) {
        members.merge(key, inherited, GroupReferences::completed);
      }
    }
    return new PlacedJson.Fields(group.span(), members);
  }

  /** A section with what it does not say itself from {@code inherited}; a number as it is. */
  private static PlacedJson.Member completed(PlacedJson.Member own, PlacedJson.Member inherited) {
    if (own.value() instanceof PlacedJson.Fields here
        && inherited.value() instanceof PlacedJson.Fields there
        && !there.members().containsKey("value")) {
      Map<String, PlacedJson.Member> members = new LinkedHashMap<>(there.members());
      members.putAll(here.members());
      return new PlacedJson.Member(own.key(), new PlacedJson.Fields(here.span(), members));
    }
    return own;
  }

  /** What the file called {@code name} says of its hosts; empty where it is wrong. */
  private Optional<PlacedJson.Fields> hosts(PlacedJson.Text name) {
    try {
      PlacedJson.Fields fields = ClusterReader.fields(files.apply(name));
      if (member(fields, ClusterReader.GROUPS) != null) {
        diagnostics.error(
            "AP0711",
            name.span(),
            "the hosts of '" + name.text() + "' are not alike: name what they are made of");
        return Optional.empty();
      }
      return Optional.of(fields);
    } catch (InvalidInput e) {
      e.diagnostics().forEach(diagnostics::add);
      return Optional.empty();
    }
  }

  private static PlacedJson member(PlacedJson.Fields fields, String key) {
    PlacedJson.Member member = fields.members().get(key);
    return member == null ? null : member.value();
  }
}
