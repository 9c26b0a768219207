package autopar.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracksJsonTest {
  /** Slices of a track as {kind, micro-batch, start, end} in seconds. */
  private static List<double[]> decoded(JsonNode json, JsonNode flat) {
    double unit = json.get("unit").asDouble();
    List<double[]> slices = new ArrayList<>();
    long at = 0;
    for (int i = 0; i < flat.size(); i += 5) {
      long start = at + flat.get(i + 3).asLong();
      at = start + flat.get(i + 4).asLong();
      slices.add(
          new double[] {
            flat.get(i).asDouble(), flat.get(i + 1).asDouble(), start * unit, at * unit
          });
    }
    return slices;
  }

  @Test
  void fewSlicesAreAllListedToABillionthOfTheStep() {
    StepTracks tracks =
        StepTracks.of(SmallPlan.of(8, 48, "stages=4,tensor=2,data=1,micro_batch=2"));
    JsonNode json = TracksJson.of(tracks);
    double step = tracks.stepSeconds();
    assertThat(json.at("/detail/0").asDouble()).isEqualTo(step);
    for (StageTrack track : tracks.stages()) {
      List<double[]> slices = decoded(json, json.at("/stages/" + track.stage() + "/compute"));
      assertThat(slices).hasSameSizeAs(track.compute());
      for (int i = 0; i < slices.size(); i++) {
        assertThat(slices.get(i)[0]).isEqualTo(track.compute().get(i).kind().ordinal());
        assertThat(slices.get(i)[2]).isCloseTo(track.compute().get(i).start(), within(1e-8 * step));
        assertThat(slices.get(i)[3]).isCloseTo(track.compute().get(i).end(), within(1e-8 * step));
      }
    }
  }

  @Test
  void ofManySlicesBothEndsAreListedAndTheMiddleIsOneThatCountsItsPasses() {
    StepTracks tracks =
        StepTracks.of(SmallPlan.of(8, 8192, "stages=8,tensor=1,data=1,micro_batch=1"));
    JsonNode json = TracksJson.of(tracks);
    int listed = 0;
    for (JsonNode stage : json.get("stages")) {
      for (String lane : List.of("compute", "forward", "backward")) {
        listed += stage.get(lane).size() / 5;
      }
      List<double[]> slices = decoded(json, stage.get("compute"));
      double passes = 0;
      int steady = 0;
      double end = 0;
      for (double[] slice : slices) {
        assertThat(slice[2]).isCloseTo(end, within(1e-8));
        end = slice[3];
        boolean summed = slice[0] == TracksJson.STEADY;
        boolean pass =
            slice[0] == SliceKind.FORWARD.ordinal() || slice[0] == SliceKind.BACKWARD.ordinal();
        steady += summed ? 1 : 0;
        passes += summed ? slice[1] : pass ? 1 : 0;
      }
      assertThat(steady).isEqualTo(1);
      assertThat(passes).isEqualTo(2 * 8192);
      assertThat(end).isCloseTo(tracks.stepSeconds(), within(1e-6));
    }
    assertThat(listed).isBetween(TracksJson.MOST_SLICES / 2, TracksJson.MOST_SLICES + 8);
  }
}
