package autopar.interop;

import autopar.cluster.Cluster;
import autopar.cluster.HostCores;
import autopar.cluster.HostKinds;
import autopar.cost.Collective;
import autopar.schedule.PipelineSimulator;
import autopar.schedule.ScheduleOrder;
import autopar.schedule.SharedCoreSimulator;
import autopar.schedule.Timeline;
import autopar.schedule.Transfers;
import autopar.strategy.AxisCode;
import autopar.strategy.PricedMesh;
import java.util.List;
import java.util.TreeSet;

/**
 * The seconds of a training step of a candidate: its schedule simulated with every stage's passes,
 * transfers between stages, and what each stage does after its last backward.
 */
public final class StepPrice {

  /**
   * Inputs of the simulator, per virtual stage; {@code tail} per stage. Of these, {@code waited}
   * are the seconds of a forward pass that wait for its message to leave, and {@code tied} those of
   * a tail that sum the gradients of tied parameters.
   */
  public record Passes(
      double[] forward,
      double[] backward,
      double[] sendForward,
      double[] sendBackward,
      double[] tail,
      double[] waited,
      double[] tied) {}

  private final Workpiece work;
  private final Cluster cluster;

  public StepPrice(Workpiece work, Cluster cluster) {
    this.work = work;
    this.cluster = cluster;
  }

  /** Seconds of one step. */
  public double seconds(Candidate candidate) {
    Passes p = passes(candidate);
    return cluster.cores().isPresent()
        ? onSharedCores(candidate, p, cluster.cores().get())
        : onOwnDevices(candidate, p) + work.cost().overlap().fixedStepSeconds();
  }

  /**
   * Seconds of a step that its schedule does not account for: the host's work, and what devices
   * that share cores wait for each other.
   */
  public double fixedSeconds(Candidate candidate) {
    if (cluster.cores().isEmpty()) {
      return work.cost().overlap().fixedStepSeconds();
    }
    Passes p = passes(candidate);
    double shared = onSharedCores(candidate, p, cluster.cores().get());
    return Math.max(0, shared - onOwnDevices(candidate, p));
  }

  private double onOwnDevices(Candidate candidate, Passes p) {
    return PipelineSimulator.stepSeconds(
        work.schedule(),
        work.virtualStages(),
        work.microBatches(candidate.microBatch()),
        p.forward(),
        p.backward(),
        p.sendForward(),
        p.sendBackward(),
        Transfers.OVERLAPPED,
        p.tail());
  }

  private double onSharedCores(Candidate candidate, Passes p, HostCores cores) {
    int[][] devices = new int[candidate.stages().size()][cluster.hosts()];
    for (int s = 0; s < devices.length; s++) {
      int first = candidate.firstDevices().get(s);
      for (int d = 0; d < candidate.stages().get(s).mesh().devices(); d++) {
        devices[s][cluster.hostOf(candidate.order().rank(first + d))]++;
      }
    }
    return SharedCoreSimulator.stepSeconds(
            ScheduleOrder.of(
                work.schedule(),
                devices.length,
                work.virtualStages(),
                work.microBatches(candidate.microBatch())),
            p.forward(),
            p.backward(),
            p.sendForward(),
            p.sendBackward(),
            p.tail(),
            new SharedCoreSimulator.Hosts(devices, cores))
        + work.cost().overlap().fixedStepSeconds();
  }

  /** The step as it runs, pass by pass. */
  public Timeline timeline(Candidate candidate) {
    Passes p = passes(candidate);
    return PipelineSimulator.simulate(
        work.schedule(),
        work.virtualStages(),
        work.microBatches(candidate.microBatch()),
        p.forward(),
        p.backward(),
        p.sendForward(),
        p.sendBackward(),
        Transfers.OVERLAPPED);
  }

  /** What the simulator needs to know of the candidate. */
  public Passes passes(Candidate candidate) {
    int stages = candidate.stages().size();
    int virtual = work.virtualStages();
    int chunks = stages * virtual;
    Passes p =
        new Passes(
            new double[chunks],
            new double[chunks],
            new double[chunks],
            new double[chunks],
            new double[stages],
            new double[chunks],
            new double[stages]);
    for (int i = 0; i < stages; i++) {
      PricedStage stage = candidate.stages().get(i);
      p.tied()[i] = tiedSync(candidate, i);
      p.tail()[i] = stage.overhead() + p.tied()[i];
      for (int v = 0; v < virtual; v++) {
        int chunk = v * stages + i;
        double share = share(stage, v);
        p.forward()[chunk] = share * (stage.forward() + stage.forwardCommunication());
        p.backward()[chunk] += share * (stage.backward() + stage.backwardCommunication());
        if (chunk + 1 < chunks) {
          double send = transfer(candidate, chunk);
          double waited = work.cost().overlap().exposedSend(send);
          p.waited()[chunk] += waited;
          p.forward()[chunk] += waited;
          p.sendForward()[chunk] = send - waited;
          p.sendBackward()[chunk + 1] = send;
          if (cluster.cores().isPresent()) {
            // Processes copy their messages themselves, gradients as well as activations.
            p.backward()[chunk + 1] += waited;
            p.waited()[chunk + 1] += waited;
            p.sendBackward()[chunk + 1] -= waited;
          }
        }
      }
    }
    return p;
  }

  /** The share of a stage's time that range {@code v} takes, by its layers' own seconds. */
  private double share(PricedStage stage, int v) {
    if (stage.layers().size() == 1) {
      return 1;
    }
    LayerRange range = stage.layers().get(v);
    double[] sectionSeconds = new double[work.chain().sections()];
    int[] sectionCount = new int[work.chain().sections()];
    for (LayerRun run : stage.runs()) {
      sectionSeconds[run.section()] +=
          run.count() * run.option().seconds(run.recompute().ordinal());
      sectionCount[run.section()] += run.count();
    }
    double own = 0;
    double all = 0;
    for (int s = 0; s < sectionSeconds.length; s++) {
      if (sectionCount[s] > 0) {
        all += sectionSeconds[s];
        own +=
            sectionSeconds[s] / sectionCount[s] * work.chain().count(s, range.from(), range.to());
      }
    }
    return own / all;
  }

  /**
   * Seconds to hand one micro-batch's values from virtual stage {@code chunk} to the next: every
   * device of the sender sends its part once, then the receivers gather what they hold in common.
   */
  private double transfer(Candidate candidate, int chunk) {
    int stages = candidate.stages().size();
    int sending = chunk % stages;
    int receiving = (chunk + 1) % stages;
    PricedStage sender = candidate.stages().get(sending);
    PricedStage receiver = candidate.stages().get(receiving);
    int boundary = receiver.layers().get((chunk + 1) / stages).from();
    double bytes =
        (double) work.chain().crossingBytes(boundary, work.precision()) * candidate.microBatch();
    int senders = sender.mesh().devices();
    int receivers = receiver.mesh().devices();
    TreeSet<Integer> from = hosts(candidate, sending);
    TreeSet<Integer> to = hosts(candidate, receiving);
    int lanes = Math.min(senders, receivers);
    int together = Math.min(lanes, Math.max(mostOn(from), mostOn(to)));
    double seconds =
        work.cost()
            .on(sender.mesh().kinds().and(receiver.mesh().kinds()))
            .sendSeconds(bytes / lanes, from.equals(to), together);
    return seconds + spread(receiver, bytes);
  }

  /** The hosts of a stage. */
  private TreeSet<Integer> hosts(Candidate candidate, int stage) {
    TreeSet<Integer> hosts = new TreeSet<>();
    int first = candidate.firstDevices().get(stage);
    for (int d = 0; d < candidate.stages().get(stage).mesh().devices(); d++) {
      hosts.add(cluster.hostOf(candidate.order().rank(first + d)));
    }
    return hosts;
  }

  private int mostOn(TreeSet<Integer> hosts) {
    return hosts.stream().mapToInt(cluster::devicesOn).max().orElseThrow();
  }

  /** Devices of the receiver that hold the same values gather them from each other. */
  private double spread(PricedStage receiver, double bytes) {
    PricedMesh mesh = receiver.mesh();
    int replicated = 0;
    for (int axis = 0; axis < mesh.axes(); axis++) {
      if (!AxisCode.splits(receiver.boundaryCode(), axis) && mesh.sizes()[axis] > 1) {
        replicated |= 1 << axis;
      }
    }
    if (replicated == 0) {
      return 0;
    }
    double local = bytes / AxisCode.shards(receiver.boundaryCode(), mesh.sizes());
    return work.cost()
        .on(mesh.kinds())
        .collectiveSeconds(Collective.ALL_GATHER, local, mesh.groups()[replicated]);
  }

  /** Seconds to sum the gradients of tied parameters between the stages that hold them. */
  private double tiedSync(Candidate candidate, int stage) {
    double seconds = 0;
    for (TiedParameter tied : work.chain().tied()) {
      List<Integer> holders = tied.holders(candidate.stages());
      if (holders.size() < 2 || !holders.contains(stage)) {
        continue;
      }
      PricedStage here = candidate.stages().get(stage);
      double bytes = tied.elements() * work.parameterBytes().gradient() / here.mesh().devices();
      HostKinds kinds = here.mesh().kinds();
      for (int holder : holders) {
        kinds = kinds.and(candidate.stages().get(holder).mesh().kinds());
      }
      int together = Math.min(here.mesh().devices(), mostOn(hosts(candidate, stage)));
      seconds += 2 * work.cost().on(kinds).sendSeconds(bytes, false, together);
    }
    return seconds;
  }
}
