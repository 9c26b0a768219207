package autopar.explain;

import autopar.cluster.Cluster;
import autopar.plan.PassPrediction;
import autopar.plan.Plan;
import autopar.plan.StagePlan;
import autopar.plan.StagePrediction;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What keeps a plan from being faster: memory, the slowest stage, links.
 *
 * @param fullestStage the stage with least memory left
 * @param freeBytes what it has left on its worst device
 * @param slowestStage the stage that is busy longest, {@code slowestSeconds} of a step
 * @param stages what each stage waits for
 * @param links one per pair of neighbouring stages
 */
public record Binding(
    int fullestStage,
    long freeBytes,
    int slowestStage,
    double slowestSeconds,
    List<StageUse> stages,
    List<LinkUse> links) {

  /** Seconds of a step in which a stage computes, and in which its own collectives are exposed. */
  public record StageUse(
      int stage,
      double computeSeconds,
      double collectiveSeconds,
      double busySeconds,
      String link) {}

  /**
   * What goes from a stage to the next and back.
   *
   * @param link for instance {@code NICs between hosts 0 and 1}, {@code nvswitch of host 2}
   * @param seconds per step, both directions, hidden or not
   */
  public record LinkUse(int from, int to, String link, double seconds) {}

  public Binding {
    stages = List.copyOf(stages);
    links = List.copyOf(links);
  }

  static Binding of(Plan plan, Cluster cluster) {
    List<StageUse> stages = new ArrayList<>();
    List<LinkUse> links = new ArrayList<>();
    int fullest = 0;
    int slowest = 0;
    for (int i = 0; i < plan.stages().size(); i++) {
      StagePlan stage = plan.stages().get(i);
      stages.add(use(plan, stage, cluster));
      if (free(plan, stage) < free(plan, plan.stages().get(fullest))) {
        fullest = i;
      }
      if (stages.get(i).busySeconds() > stages.get(slowest).busySeconds()) {
        slowest = i;
      }
      if (i + 1 < plan.stages().size()) {
        links.add(link(plan, i, cluster));
      }
    }
    return new Binding(
        fullest,
        free(plan, plan.stages().get(fullest)),
        slowest,
        stages.get(slowest).busySeconds(),
        stages,
        links);
  }

  private static long free(Plan plan, StagePlan stage) {
    return plan.cluster().usableBytes(stage.devices()) - stage.predicted().memory().total();
  }

  private static StageUse use(Plan plan, StagePlan stage, Cluster cluster) {
    StagePrediction p = stage.predicted();
    double compute = plan.microBatches() * (p.forwardSeconds() + p.backwardSeconds());
    double exposed = plan.microBatches() * (p.communicationSeconds() - p.shares().sendSeconds());
    double busy =
        compute + plan.microBatches() * p.communicationSeconds() + p.stepOverheadSeconds();
    return new StageUse(stage.index(), compute, exposed, busy, meshLink(stage, cluster));
  }

  /** What the collectives of a micro-batch go over: those of the tensor axis, or of all devices. */
  private static String meshLink(StagePlan stage, Cluster cluster) {
    int tensor = stage.axisSize("tensor");
    boolean gathers = stage.predicted().shares().gatherSeconds() > 0;
    if (stage.devices().size() == 1) {
      return "none";
    }
    boolean leaves = false;
    int group = gathers || tensor == 1 ? stage.devices().size() : tensor;
    for (int first = 0; first < stage.devices().size(); first += group) {
      leaves |= hosts(stage.devices().subList(first, first + group), cluster).size() > 1;
    }
    return leaves
        ? "NICs of hosts " + words(hosts(stage.devices(), cluster))
        : inside(hosts(stage.devices(), cluster), cluster);
  }

  private static LinkUse link(Plan plan, int i, Cluster cluster) {
    StagePlan from = plan.stages().get(i);
    StagePlan to = plan.stages().get(i + 1);
    TreeSet<Integer> hosts = hosts(from.devices(), cluster);
    boolean same = hosts.equals(hosts(to.devices(), cluster));
    TreeSet<Integer> all = new TreeSet<>(hosts);
    all.addAll(hosts(to.devices(), cluster));
    double seconds = 0;
    for (PassPrediction pass : from.predicted().passes()) {
      seconds += pass.sendForwardSeconds();
    }
    for (PassPrediction pass : to.predicted().passes()) {
      seconds += pass.sendBackwardSeconds();
    }
    // The part of a send that the sender waits for is in its pass, not in its message.
    seconds += from.predicted().shares().sendSeconds();
    return new LinkUse(
        i,
        i + 1,
        same ? inside(all, cluster) : "NICs of hosts " + words(all),
        plan.microBatches() * seconds);
  }

  private static String inside(TreeSet<Integer> hosts, Cluster cluster) {
    return hosts.stream()
            .map(host -> cluster.kindOf(host).interconnect().kind().text())
            .distinct()
            .collect(Collectors.joining(" and "))
        + " of host"
        + (hosts.size() == 1 ? " " : "s ")
        + words(hosts);
  }

  private static TreeSet<Integer> hosts(List<Integer> devices, Cluster cluster) {
    TreeSet<Integer> hosts = new TreeSet<>();
    devices.forEach(d -> hosts.add(cluster.hostOf(d)));
    return hosts;
  }

  private static String words(TreeSet<Integer> hosts) {
    return hosts.size() <= 3
        ? String.join(", ", hosts.stream().map(h -> Integer.toString(h)).toList())
        : hosts.first() + " to " + hosts.last();
  }
}
