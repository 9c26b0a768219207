package autopar.schedule;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Seconds of a step by relaxing start times until nothing moves: slow, and shares no code with the
 * simulator beyond the order of passes.
 */
final class NaiveSimulator {
  private record Key(int virtualStage, Phase phase, int microBatch) {}

  private NaiveSimulator() {}

  static double stepSeconds(
      ScheduleOrder order,
      double[] forward,
      double[] backward,
      double[] sendForward,
      double[] sendBackward,
      Transfers transfers) {
    int p = order.stages();
    int last = p * order.virtualStages() - 1;
    Map<Key, Double> end = new HashMap<>();
    Map<Key, Double> arrival = new HashMap<>();
    double step = 0;
    for (boolean moved = true; moved; ) {
      moved = false;
      for (int s = 0; s < p; s++) {
        double free = 0;
        Map<Phase, Double> link = new HashMap<>();
        for (Pass pass : order.passes(s)) {
          int c = pass.chunk() * p + s;
          boolean isForward = pass.phase() == Phase.FORWARD;
          double ready =
              isForward
                  ? (c == 0
                      ? 0
                      : arrival.getOrDefault(new Key(c - 1, Phase.FORWARD, pass.microBatch()), 0.0))
                  : (c == last
                      ? end.getOrDefault(new Key(c, Phase.FORWARD, pass.microBatch()), 0.0)
                      : arrival.getOrDefault(
                          new Key(c + 1, Phase.BACKWARD, pass.microBatch()), 0.0));
          double finish = Math.max(free, ready) + (isForward ? forward[c] : backward[c]);
          free = finish;
          Key key = new Key(c, pass.phase(), pass.microBatch());
          moved |= !Double.valueOf(finish).equals(end.put(key, finish));
          boolean sends = isForward ? c < last : c > 0;
          if (sends) {
            double sent =
                Math.max(finish, link.getOrDefault(pass.phase(), 0.0))
                    + (isForward ? sendForward[c] : sendBackward[c]);
            link.put(pass.phase(), sent);
            moved |= !Double.valueOf(sent).equals(arrival.put(key, sent));
            if (transfers == Transfers.BLOCKING) {
              free = sent;
            }
          }
          step = Math.max(step, free);
        }
      }
    }
    return step;
  }

  /** True if no stage runs a pass before the passes it needs, whatever the times. */
  static boolean canFinish(ScheduleOrder order) {
    int p = order.stages();
    int last = p * order.virtualStages() - 1;
    List<List<Pass>> passes =
        java.util.stream.IntStream.range(0, p).mapToObj(order::passes).toList();
    Map<Key, Boolean> done = new HashMap<>();
    int[] next = new int[p];
    for (boolean moved = true; moved; ) {
      moved = false;
      for (int s = 0; s < p; s++) {
        while (next[s] < passes.get(s).size()) {
          Pass pass = passes.get(s).get(next[s]);
          int c = pass.chunk() * p + s;
          Key needs =
              pass.phase() == Phase.FORWARD
                  ? new Key(c - 1, Phase.FORWARD, pass.microBatch())
                  : c == last
                      ? new Key(c, Phase.FORWARD, pass.microBatch())
                      : new Key(c + 1, Phase.BACKWARD, pass.microBatch());
          if (needs.virtualStage() >= 0 && !done.containsKey(needs)) {
            break;
          }
          done.put(new Key(c, pass.phase(), pass.microBatch()), true);
          next[s]++;
          moved = true;
        }
      }
    }
    return done.size() == 2 * (last + 1) * order.microBatches();
  }
}
