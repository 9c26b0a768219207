package autopar.interop;

import java.util.List;

/**
 * A micro-batch and the seconds that no pipeline with it is below, memory aside: the search near
 * that bound is narrow.
 */
record NearBound(
    SearchSpace space, MeshCatalog catalog, int microBatch, WorkBound bound, double seconds) {

  static NearBound of(StagePricer pricer, SearchSpace space, MeshCatalog catalog, int microBatch) {
    StageTable table = new StageTable(pricer, space, catalog, microBatch);
    WorkBound bound = new WorkBound(pricer, table, space);
    double least = bound.stepSeconds(space, pricer.work().microBatches(microBatch));
    return new NearBound(space, catalog, microBatch, bound, least);
  }

  /** Pipelines that take at most {@code most} seconds. */
  List<Candidate> candidates(StagePricer pricer, DeviceOrder order, double most) {
    StageTable table = new StageTable(pricer, space, catalog, microBatch);
    return new PipelineSearch(pricer.work(), space, table, bound, order, most).candidates();
  }
}
