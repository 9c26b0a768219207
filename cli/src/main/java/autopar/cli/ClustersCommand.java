package autopar.cli;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import autopar.cluster.Device;
import autopar.cluster.HostGroup;
import autopar.units.Bytes;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code autopar clusters}: what --cluster knows by name. */
@Command(
    name = "clusters",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the clusters that ship with autopar.",
      "A file of your own gives hosts, devices and links, every number with unit and provenance;",
      "its hosts may be of several kinds, taken from other files (docs/cost-model.md)."
    },
    footer = {"", "Example:", "  autopar clusters --format json"})
final class ClustersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    List<Cluster> clusters =
        Clusters.names(Home.path()).stream().map(n -> Clusters.named(Home.path(), n)).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      Json.print(out, json -> write(json, clusters));
    } else {
      print(out, clusters);
    }
    return ExitCodes.DONE;
  }

  private static void write(JsonGenerator json, List<Cluster> clusters) throws IOException {
    json.writeArrayFieldStart("clusters");
    for (Cluster cluster : clusters) {
      json.writeStartObject();
      json.writeStringField("name", cluster.name());
      json.writeStringField("about", cluster.about());
      json.writeStringField("device", cluster.deviceNames());
      json.writeNumberField("devices_per_host", cluster.mostPerHost());
      json.writeNumberField("most_devices", cluster.devices());
      json.writeNumberField("memory_bytes_per_device", cluster.mostUsableBytes());
      json.writeStringField("precision", cluster.bestPrecision().text());
      if (!cluster.isEven()) {
        json.writeArrayFieldStart("host_groups");
        for (HostGroup group : cluster.groups()) {
          Device device = cluster.kinds().get(group.kind()).device();
          json.writeStartObject();
          json.writeNumberField("hosts", group.hosts());
          json.writeNumberField("devices_per_host", group.devicesPerHost());
          json.writeStringField("device", device.model());
          json.writeNumberField("memory_bytes_per_device", device.memoryBytes());
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void print(PrintWriter out, List<Cluster> clusters) {
    for (Cluster cluster : clusters) {
      String name = cluster.name();
      for (HostGroup group : cluster.groups()) {
        Device device = cluster.kinds().get(group.kind()).device();
        out.printf(
            Locale.ROOT,
            "%-14s %d x %-18s %9s  %s%n",
            name,
            group.devicesPerHost(),
            device.model(),
            new Bytes(device.memoryBytes()),
            remark(cluster, group));
        name = "";
      }
      out.printf("    %s%n", cluster.about());
    }
    out.flush();
  }

  private static String remark(Cluster cluster, HostGroup group) {
    if (!cluster.isEven()) {
      return group.hosts() == 1 ? "1 host" : group.hosts() + " hosts";
    }
    return cluster.name().equals(Clusters.DEFAULT) ? "(default)" : "";
  }
}
