package autopar.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The tracks of a step, small enough for a page.
 *
 * <p>A track is one flat array: kind, micro-batch, chunk, ticks since the slice before it ended,
 * ticks it lasts, and so on for every slice; {@code unit} is the seconds of a tick. Where there are
 * more than {@value #MOST_SLICES} slices, those of the first and the last seconds of the step are
 * listed ({@code detail}), and what is between is one slice of kind {@link #STEADY} per stage,
 * whose micro-batch field counts the passes in it.
 */
final class TracksJson {
  static final int MOST_SLICES = 40_000;

  /** The kind of a slice that stands for many passes; the others are ordinals. */
  static final int STEADY = SliceKind.values().length;

  private static final int TICKS = 1_000_000_000;
  private static final int HALVINGS = 40;

  private final StepTracks tracks;
  private final double unit;
  private final double window;

  private TracksJson(StepTracks tracks) {
    this.tracks = tracks;
    this.unit = Math.pow(10, Math.ceil(Math.log10(tracks.stepSeconds()))) / TICKS;
    this.window = window(tracks);
  }

  static ObjectNode of(StepTracks tracks) {
    return new TracksJson(tracks).write();
  }

  private ObjectNode write() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("unit", unit);
    json.put("step_s", tracks.stepSeconds());
    ArrayNode kinds = json.putArray("kinds");
    for (SliceKind kind : SliceKind.values()) {
      kinds.add(kind.text());
    }
    kinds.add("steady");
    ArrayNode detail = json.putArray("detail");
    detail.add(window).add(tracks.stepSeconds() - window);
    ArrayNode stages = json.putArray("stages");
    for (StageTrack track : tracks.stages()) {
      ObjectNode stage = stages.addObject();
      slices(stage.putArray("compute"), track.compute(), true);
      slices(stage.putArray("forward"), track.sendForward(), false);
      slices(stage.putArray("backward"), track.sendBackward(), false);
    }
    return json;
  }

  private void slices(ArrayNode out, List<Slice> slices, boolean filled) {
    long at = 0;
    Slice firstLeftOut = null;
    int passes = 0;
    for (Slice slice : slices) {
      if (!detailed(slice)) {
        firstLeftOut = firstLeftOut == null ? slice : firstLeftOut;
        passes += slice.kind() == SliceKind.FORWARD || slice.kind() == SliceKind.BACKWARD ? 1 : 0;
        continue;
      }
      if (firstLeftOut != null && filled) {
        at = add(out, at, STEADY, passes, 0, firstLeftOut.start(), slice.start());
      }
      firstLeftOut = null;
      at =
          add(
              out,
              at,
              slice.kind().ordinal(),
              slice.microBatch(),
              slice.chunk(),
              slice.start(),
              slice.end());
    }
  }

  private long add(
      ArrayNode out, long at, int kind, int microBatch, int chunk, double start, double end) {
    long first = Math.round(start / unit);
    long last = Math.round(end / unit);
    out.add(kind).add(microBatch).add(chunk).add(first - at).add(last - first);
    return last;
  }

  private boolean detailed(Slice slice) {
    return detailed(slice, tracks.stepSeconds(), window);
  }

  private static boolean detailed(Slice slice, double step, double window) {
    return slice.start() < window || slice.end() > step - window;
  }

  /** Seconds at both ends that are listed slice by slice; the whole step where that is little. */
  private static double window(StepTracks tracks) {
    double step = tracks.stepSeconds();
    if (count(tracks, step) <= MOST_SLICES) {
      return step;
    }
    double low = 0;
    double high = step / 2;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (count(tracks, middle) <= MOST_SLICES) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long count(StepTracks tracks, double window) {
    long count = 0;
    for (StageTrack track : tracks.stages()) {
      for (List<Slice> list : List.of(track.compute(), track.sendForward(), track.sendBackward())) {
        for (Slice slice : list) {
          count += detailed(slice, tracks.stepSeconds(), window) ? 1 : 0;
        }
      }
    }
    return count;
  }
}
