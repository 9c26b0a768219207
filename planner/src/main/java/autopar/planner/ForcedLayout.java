package autopar.planner;

import autopar.cluster.Cluster;
import autopar.planner.Forced.MeshShape;
import java.util.ArrayList;
import java.util.List;

/** Forced decisions that no layout of this model on these devices can have. */
final class ForcedLayout {
  private ForcedLayout() {}

  /** Each contradiction in words; empty if a layout may exist. */
  static List<String> contradictions(PlanRequest request) {
    Forced forced = request.options().forced();
    List<String> found = new ArrayList<>();
    int devices = request.devices();
    devices(found, "mesh", sum(forced.meshes().stream().map(MeshShape::devices).toList()), devices);
    devices(found, "widths", sum(forced.widths()), devices);
    long uniform =
        (long) forced.tensor().orElse(1) * forced.data().orElse(1) * forced.stageCount().orElse(1);
    devices(found, "tensor x data x stages", uniform, devices);
    int layers = request.graph().layers();
    long given = sum(forced.layers());
    if (!forced.layers().isEmpty() && given != layers) {
      found.add("--force layers: the stages hold " + given + " layers, the model has " + layers);
    }
    long virtual = (long) forced.stageCount().orElse(1) * forced.virtualStages().orElse(1);
    if (layers > 0 && virtual > layers) {
      String stages = forced.virtualStages().orElse(1) > 1 ? " virtual stages" : " stages";
      found.add("--force: " + virtual + stages + " cannot share " + layers + " layers");
    }
    long samples = forced.microBatch().orElse(1) * forced.data().orElse(1);
    if (samples > request.globalBatch()) {
      found.add(
          "--force: a micro-batch of "
              + samples
              + " samples over all replicas exceeds the global batch of "
              + request.globalBatch());
    }
    Cluster cluster = request.cluster();
    if (forced.zeroGroup().isPresent() && cluster.mostPerHost() != cluster.fewestPerHost()) {
      found.add("--force zero_group: hosts hold different numbers of devices, groups would differ");
    }
    return found;
  }

  private static void devices(List<String> found, String what, long needed, int devices) {
    if (needed > devices) {
      found.add("--force " + what + " needs " + needed + " devices, there are " + devices);
    }
  }

  private static long sum(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).sum();
  }
}
