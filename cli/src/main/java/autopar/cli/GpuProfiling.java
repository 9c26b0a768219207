package autopar.cli;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import autopar.diagnostics.RunFailure;
import autopar.runtime.cuda.GpuModel;
import autopar.runtime.cuda.Gpus;
import autopar.runtime.cuda.LibraryPath;
import autopar.runtime.profile.CpuProfile.Listener;
import autopar.runtime.profile.GpuProfile;
import autopar.runtime.profile.GpuProfile.LayerComparison;
import autopar.runtime.profile.Machine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The GPUs of this host measured into a cluster file, and what is said about it. */
final class GpuProfiling {
  private static final String ROW = "  %-22s %11s  %11s  %11s  %8s%n";

  private final Gpus gpus;
  private final Listener listener;

  GpuProfiling(Gpus gpus, Listener listener) {
    this.gpus = gpus;
    this.listener = listener;
  }

  /**
   * The GPUs of this host, where they are asked for, or found and nothing else was asked for.
   *
   * @param libraries where to look first; may be null
   */
  static Optional<Gpus> find(ProfileCommand.Measured backend, Path libraries, Listener listener) {
    LibraryPath usual = LibraryPath.usual(System.getenv());
    LibraryPath path = libraries == null ? usual : usual.after(libraries);
    if (backend == ProfileCommand.Measured.CUDA) {
      return Optional.of(Gpus.open(path));
    }
    if (backend != ProfileCommand.Measured.AUTO || !Gpus.haveDriver(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Gpus.open(path));
    } catch (RunFailure absent) {
      listener.at("GPUs are not measured: " + absent.getMessage());
      absent.hint().ifPresent(hint -> listener.at("hint: " + hint));
      return Optional.empty();
    }
  }

  /** Measures, after saying what will not be. */
  GpuProfile.Result measure(String name, int hosts) {
    if (!gpus.others().isEmpty()) {
      note("left out, since they are not like the first GPU: " + String.join(", ", gpus.others()));
    }
    if (gpus.count() > 1 && !gpus.haveCollectives()) {
      note(
          "NCCL is not installed: links are taken from the nearest shipped cluster; "
              + Gpus.collectivesHint());
    }
    List<Cluster> shipped =
        Clusters.names(Home.path()).stream()
            .map(cluster -> Clusters.named(Home.path(), cluster))
            .toList();
    return new GpuProfile(gpus, shipped, what -> note("measuring " + what))
        .measure(name, Machine.here(), LocalDate.now(ZoneOffset.UTC), hosts);
  }

  private void note(String words) {
    listener.at(words);
  }

  /** A summary for people. */
  void print(PrintWriter out, GpuProfile.Result result, Path file, int hosts) {
    GpuModel model = gpus.model();
    out.printf(
        Locale.ROOT,
        "measured %d x %s, %d multiprocessors, compute capability %d.%d%n",
        gpus.count(),
        model.name(),
        model.multiprocessors(),
        model.major(),
        model.minor());
    out.printf(Locale.ROOT, "  fastest product: %.1f TFLOP/s%n", result.bestRate() / 1e12);
    out.println("  matrix products of a layer, forward and backward:");
    out.printf(Locale.ROOT, ROW, "layer", "micro-batch", "predicted", "measured", "error");
    for (LayerComparison layer : result.layers()) {
      out.printf(
          Locale.ROOT,
          ROW,
          layer.layer(),
          layer.microBatch(),
          Figures.seconds(layer.predicted()),
          Figures.seconds(layer.measured()),
          Figures.percentChange(layer.predicted() / layer.measured() - 1));
    }
    out.println("  not measured, and taken from cluster " + result.sibling() + ":");
    out.println(
        "    attention, context, communicators, fragmentation, updates on the host's CPUs,");
    out.println(
        gpus.count() > 1 && gpus.haveCollectives()
            ? "    and the network between hosts: edit 'network' in the file where yours differs"
            : "    links, and the network between hosts: edit 'interconnect' and 'network' in the"
                + " file where yours differ");
    if (hosts == 1) {
      out.println("    the cluster is this host alone; --hosts N writes N like it");
    }
    out.println("  cluster: " + file);
    out.println("  next: autopar compile MODEL --devices N --cluster " + file);
  }
}
