package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.planner.ForceParser;
import autopar.planner.Forced;
import autopar.training.RecomputeMode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The layouts of a measured bench differ in what a step takes, and every one can be planned. */
final class MeasuredBenchTest {
  private static final int DEVICES = 8;
  private static final long BATCH = 16;

  @Test
  void tenLayoutsFromOneRankToAll() {
    List<Forced> layouts =
        MeasuredBench.spread(DEVICES, 6, BATCH).stream().map(ForceParser::parse).toList();
    assertThat(layouts).hasSize(10).doesNotHaveDuplicates();
    assertThat(layouts).extracting(l -> l.devices().getAsInt()).contains(1, 2, 4, 8).isSorted();
    assertThat(layouts)
        .filteredOn(l -> l.recompute().equals(Optional.of(RecomputeMode.FULL)))
        .hasSizeBetween(3, 4);
    assertThat(layouts).extracting(l -> l.microBatch().getAsLong()).contains(1L, 2L, 4L);
    assertThat(layouts).allMatch(l -> l.microBatch().getAsLong() * l.data().getAsInt() <= BATCH);
  }

  @Test
  void fewDevicesHaveFewLayouts() {
    assertThat(MeasuredBench.spread(1, 6, BATCH)).hasSize(1);
    assertThat(MeasuredBench.spread(2, 1, 1)).allMatch(l -> l.contains("micro_batch=1"));
  }
}
