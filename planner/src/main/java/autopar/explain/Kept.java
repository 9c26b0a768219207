package autopar.explain;

import autopar.plan.Plan;
import java.util.OptionalLong;

/**
 * The decisions of a plan as text for {@code --force}, to keep them while something else changes.
 *
 * @param meshes mesh of every stage and the micro-batch
 * @param all the layers of every stage as well
 * @param replicaBatch samples per micro-batch and replica of the stage with most replicas; empty
 *     where they do not divide, and then the micro-batch cannot be kept
 */
record Kept(String meshes, String all, OptionalLong replicaBatch) {

  static Kept of(Plan plan) {
    Layout layout = Layout.of(plan);
    int replicas = layout.data().stream().mapToInt(Integer::intValue).max().orElse(1);
    OptionalLong batch =
        plan.microBatch() % replicas == 0
            ? OptionalLong.of(plan.microBatch() / replicas)
            : OptionalLong.empty();
    String meshes =
        "mesh=" + layout.meshKey() + (batch.isPresent() ? ",micro_batch=" + batch.getAsLong() : "");
    return new Kept(meshes, meshes + ",layers=" + layout.layersKey(), batch);
  }
}
