package autopar.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.plan.Plan;
import autopar.plan.TimeKind;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepTracksTest {
  private static final List<String> LAYOUTS =
      List.of(
          "stages=4,tensor=2,data=1,micro_batch=2,recompute=selective",
          "stages=4,tensor=2,data=1,micro_batch=2,schedule=gpipe",
          "stages=2,tensor=1,data=4,virtual_stages=2,micro_batch=1,recompute=full",
          "stages=1,tensor=2,data=4,micro_batch=8,zero=3");

  @Test
  void everyStageFillsTheStepWithoutAGap() {
    for (String layout : LAYOUTS) {
      Plan plan = SmallPlan.of(8, 48, layout);
      StepTracks tracks = StepTracks.of(plan);
      assertThat(tracks.stepSeconds())
          .as(layout)
          .isCloseTo(plan.predicted().stepSeconds(), within(1e-12));
      for (StageTrack track : tracks.stages()) {
        double end = 0;
        for (Slice slice : track.compute()) {
          assertThat(slice.start()).as(layout).isCloseTo(end, within(1e-12));
          end = slice.end();
        }
        assertThat(end).isCloseTo(tracks.stepSeconds(), within(1e-12));
      }
    }
  }

  @Test
  void eachMicroBatchPassesForwardAndBackwardOnceThroughEveryChunk() {
    for (String layout : LAYOUTS) {
      Plan plan = SmallPlan.of(8, 48, layout);
      for (StageTrack track : StepTracks.of(plan).stages()) {
        long passes = (long) plan.microBatches() * plan.schedule().virtualStages();
        for (SliceKind kind : List.of(SliceKind.FORWARD, SliceKind.BACKWARD)) {
          assertThat(track.compute().stream().filter(s -> s.kind() == kind).distinct().count())
              .as(layout)
              .isEqualTo(passes);
        }
      }
    }
  }

  @Test
  void messagesLeaveAfterTheirPassAndArriveBeforeTheNextOne() {
    StepTracks tracks = StepTracks.of(SmallPlan.of(8, 48, LAYOUTS.getFirst()));
    for (int s = 0; s + 1 < tracks.stages().size(); s++) {
      List<Slice> sent = tracks.stages().get(s).sendForward();
      assertThat(sent).hasSize(24);
      for (Slice message : sent) {
        Slice made = pass(tracks, s, message.microBatch());
        Slice reads = pass(tracks, s + 1, message.microBatch());
        assertThat(message.start()).isGreaterThanOrEqualTo(made.end() - 1e-12);
        assertThat(reads.start()).isGreaterThanOrEqualTo(message.end() - 1e-12);
      }
    }
  }

  private static Slice pass(StepTracks tracks, int stage, int microBatch) {
    return tracks.stages().get(stage).compute().stream()
        .filter(s -> s.kind() == SliceKind.FORWARD && s.microBatch() == microBatch)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void recomputationTakesWhatThePlanSays() {
    Plan plan = SmallPlan.of(8, 48, LAYOUTS.get(2));
    StepTracks tracks = StepTracks.of(plan);
    for (StageTrack track : tracks.stages()) {
      double each =
          plan.stages().get(track.stage()).predicted().time().stream()
              .filter(t -> t.kind() == TimeKind.RECOMPUTE)
              .mapToDouble(t -> t.exposedSeconds())
              .sum();
      assertThat(each).isPositive();
      assertThat(track.seconds(SliceKind.RECOMPUTE))
          .isCloseTo(plan.microBatches() * each, within(1e-9));
    }
  }

  @Test
  void theTraceHoldsEverySlice() throws IOException {
    Plan plan = SmallPlan.of(8, 48, LAYOUTS.getFirst());
    StepTracks tracks = StepTracks.of(plan);
    StringWriter text = new StringWriter();
    ChromeTrace.write(plan, tracks, text);
    JsonNode events = new ObjectMapper().readTree(text.toString()).get("traceEvents");
    double[] micros = new double[tracks.stages().size()];
    int slices = 0;
    for (JsonNode event : events) {
      if (event.get("ph").asText().equals("X")) {
        slices++;
        if (event.get("tid").asInt() == 0) {
          micros[event.get("pid").asInt()] += event.get("dur").asDouble();
        }
      }
    }
    int expected = 0;
    for (StageTrack track : tracks.stages()) {
      expected += track.compute().size() + track.sendForward().size() + track.sendBackward().size();
      assertThat(micros[track.stage()])
          .isCloseTo(1e6 * tracks.stepSeconds(), within(1e-3 * tracks.stepSeconds()));
    }
    assertThat(slices).isEqualTo(expected);
  }
}
