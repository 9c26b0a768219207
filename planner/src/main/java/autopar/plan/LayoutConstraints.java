package autopar.plan;

import autopar.schedule.ScheduleKind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** P2 to P7, P16, P20 and P26: who holds which layers on which devices. */
record LayoutConstraints(Plan plan, List<PlanViolation> found) {

  /** A device has at most so many coordinates. */
  private static final int MOST_AXES = 3;

  private static final double TOLERANCE = 1e-9;

  void check() {
    layerRanges();
    layerNames();
    devices();
    for (StagePlan stage : plan.stages()) {
      mesh(stage);
      recompute(stage);
      if (stage.zero() < 0 || stage.zero() > 3) {
        add("P7", where(stage) + " has zero " + stage.zero());
      }
    }
    if (plan.schedule().virtualStages() > 1 && plan.schedule().kind() != ScheduleKind.INTERLEAVED) {
      add(
          "P7",
          "the schedule "
              + plan.schedule().kind().text()
              + " has "
              + plan.schedule().virtualStages()
              + " virtual stages");
    }
    hash("model", plan.hashes().model());
    hash("cluster", plan.hashes().cluster());
    hosts();
    summary();
  }

  private void layerRanges() {
    int virtualStages = plan.schedule().virtualStages();
    for (StagePlan stage : plan.stages()) {
      if (stage.layers().size() != virtualStages) {
        add(
            "P2",
            where(stage)
                + " has "
                + stage.layers().size()
                + " layer ranges for "
                + virtualStages
                + " virtual stages");
        return;
      }
    }
    int next = 0;
    for (int chunk = 0; chunk < virtualStages; chunk++) {
      for (StagePlan stage : plan.stages()) {
        LayerRange range = stage.layers().get(chunk);
        if (range.from() != next || range.to() < range.from()) {
          add(
              "P2",
              where(stage)
                  + " holds layers ["
                  + range.from()
                  + ", "
                  + range.to()
                  + ") where layer "
                  + next
                  + " comes next");
          return;
        }
        next = range.to();
      }
    }
    if (next != plan.model().layers()) {
      add("P2", "the stages hold " + next + " of " + plan.model().layers() + " layers");
    }
  }

  private void layerNames() {
    Set<String> seen = new HashSet<>();
    for (StagePlan stage : plan.stages()) {
      if (stage.layerNames().size() != stage.layerCount()) {
        add(
            "P3",
            where(stage)
                + " names "
                + stage.layerNames().size()
                + " layers and holds "
                + stage.layerCount());
      }
      for (String name : stage.layerNames()) {
        if (!seen.add(name)) {
          add("P3", "layer '" + name + "' is named twice");
        }
      }
    }
  }

  private void devices() {
    int[] uses = new int[plan.devices()];
    for (StagePlan stage : plan.stages()) {
      if (stage.devices().isEmpty()) {
        add("P4", where(stage) + " has no devices");
      }
      stage.devices().forEach(d -> use(uses, d, where(stage)));
    }
    plan.idle().forEach(d -> use(uses, d, "idle"));
    for (int d = 0; d < uses.length; d++) {
      if (uses[d] != 1) {
        add(
            "P4",
            "device "
                + d
                + (uses[d] == 0
                    ? " is neither in a stage nor idle"
                    : " is used " + uses[d] + " times"));
      }
    }
  }

  private void use(int[] uses, int device, String where) {
    if (device < 0 || device >= uses.length) {
      add("P4", where + " names device " + device + " of " + uses.length);
    } else {
      uses[device]++;
    }
  }

  private void mesh(StagePlan stage) {
    if (stage.mesh().size() > MOST_AXES) {
      add("P5", where(stage) + " has a mesh of more than " + MOST_AXES + " axes");
      return;
    }
    long product = 1;
    Set<String> names = new HashSet<>();
    for (MeshAxis axis : stage.mesh()) {
      product *= Math.min(axis.size(), Integer.MAX_VALUE / 2);
      if (!names.add(axis.name())) {
        add("P5", where(stage) + " has two mesh axes '" + axis.name() + "'");
      }
      if (product > plan.devices()) {
        break;
      }
    }
    if (product != stage.devices().size()) {
      add(
          "P5",
          where(stage)
              + " has a mesh of "
              + ShardingNotation.of(stage.mesh())
              + " over "
              + stage.devices().size()
              + " devices");
    }
  }

  private void recompute(StagePlan stage) {
    if (stage.recompute().total() != stage.layerCount()) {
      add(
          "P6",
          where(stage)
              + " states a recompute mode for "
              + stage.recompute().total()
              + " of its "
              + stage.layerCount()
              + " layers");
    }
  }

  private void hash(String what, String text) {
    if (!text.matches("[0-9a-f]{64}")) {
      add("P16", "hashes." + what + " is not a SHA-256 in hexadecimal");
    }
  }

  private void hosts() {
    PlanCluster cluster = plan.cluster();
    PlanHosts last = cluster.groups().getLast();
    long before = -last.devices();
    long hosts = 0;
    for (PlanHosts group : cluster.groups()) {
      before += group.devices();
      hosts += group.hosts();
    }
    long needed = Math.ceilDiv(plan.devices() - before, last.devicesPerHost());
    if (needed != last.hosts()) {
      add(
          "P20",
          plan.devices()
              + " devices are "
              + needed
              + " hosts of "
              + last.devicesPerHost()
              + (before > 0 ? " beside the others" : "")
              + ", the plan says "
              + last.hosts());
    }
    if (hosts != cluster.hosts()) {
      add("P20", "the groups hold " + hosts + " hosts, the cluster says " + cluster.hosts());
    }
  }

  /** What the cluster says of all its devices follows from its groups. */
  private void summary() {
    PlanCluster cluster = plan.cluster();
    int perHost = 0;
    long memory = 0;
    long usable = 0;
    double peak = 0;
    long left = plan.devices();
    for (PlanHosts group : cluster.groups()) {
      long here = Math.min(left, group.devices());
      perHost = Math.max(perHost, group.devicesPerHost());
      memory = Math.max(memory, group.memoryBytesPerDevice());
      usable = Math.max(usable, group.usableBytesPerDevice());
      peak += here * group.peakFlopsPerDevice() / plan.devices();
      left -= here;
    }
    if (perHost != cluster.devicesPerHost()
        || memory != cluster.memoryBytesPerDevice()
        || usable != cluster.usableBytesPerDevice()
        || (left == 0 && Math.abs(peak - cluster.peakFlopsPerDevice()) > TOLERANCE * peak)) {
      add("P26", "the cluster's figures are not those of its groups of hosts");
    }
  }

  private static String where(StagePlan stage) {
    return "stage " + stage.index();
  }

  private void add(String constraint, String message) {
    found.add(new PlanViolation(constraint, message));
  }
}
