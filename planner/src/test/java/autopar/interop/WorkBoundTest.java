package autopar.interop;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.cluster.Cluster;
import autopar.intraop.LayerOption;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import autopar.schedule.ScheduleKind;
import autopar.strategy.PricedMesh;
import org.junit.jupiter.api.Test;

class WorkBoundTest {

  @Test
  void isBelowEveryPlaceOfAWidth() {
    // Rows of three cross hosts of four from device 0 on, and do not from device 1 on.
    Cluster cluster = SampleClusters.hostsOf(4, 8);
    SmallSearch search = new SmallSearch(SampleGraphs.perceptrons(2, 1, 12288, 12288), cluster, 24);
    Workpiece work = search.work(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, 1e15);
    for (int tensor = 1; tensor <= 8; tensor++) {
      for (int data = 1; data * tensor <= 8; data++) {
        int width = data * tensor;
        SearchSpace space =
            new SearchSpace(
                DeviceLine.of(cluster),
                java.util.OptionalInt.of(tensor),
                java.util.OptionalInt.of(data),
                java.util.OptionalInt.empty(),
                java.util.OptionalInt.empty(),
                java.util.List.of(),
                false);
        StagePricer pricer = new StagePricer(work, search.pools);
        StageTable table = new StageTable(pricer, space, search.catalog(), 24);
        WorkBound bound = new WorkBound(pricer, table, space);
        for (int place = 0; place < 4; place++) {
          for (PricedMesh mesh : table.meshes(place, width)) {
            double least = 0;
            for (int s = 0; s < search.chain.sections(); s++) {
              least +=
                  search.chain.count(s, 0, 3)
                      * pricer.pool(mesh, 24).options(s).stream()
                          .mapToDouble((LayerOption o) -> o.seconds(0))
                          .min()
                          .orElseThrow();
            }
            assertThat(bound.stageSeconds(0, 3, 0, width))
                .as("%d x %d from device %d", data, tensor, place)
                .isLessThanOrEqualTo(least * (1 + 1e-9));
          }
        }
      }
    }
  }
}
