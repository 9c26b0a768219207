package autopar.cli;

import autopar.plan.PassPrediction;
import autopar.plan.Plan;
import autopar.plan.StagePlan;
import autopar.schedule.PipelineSimulator;
import autopar.schedule.Timeline;
import autopar.schedule.TimelineEvent;
import autopar.schedule.Transfers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/**
 * One step of a pipeline as a strip of characters per stage, each column an equal share of the
 * predicted step: what the stage does for most of it.
 *
 * <p>A stage fills until its first backward pass, drains after its last forward pass, and is steady
 * in between; then come gradient synchronization and update. The simulation is that of the plan's
 * own passes, as its step time was found.
 */
final class StepStrip {
  private static final int MOST_STAGES = 12;
  private static final int LEAST_WIDTH = 20;

  /** What a stage does, and how that is drawn. */
  private enum State {
    WAIT('.', "faint"),
    FILL('>', "cyan"),
    STEADY('=', "green"),
    DRAIN('<', "cyan"),
    UPDATE('+', "yellow");

    private final char drawn;
    private final String style;

    State(char drawn, String style) {
      this.drawn = drawn;
      this.style = style;
    }
  }

  private StepStrip() {}

  /** The strips of {@code plan}, with a legend; lines fit the terminal. */
  static String of(Plan plan, Terminal terminal) {
    int shown = Math.min(MOST_STAGES, plan.stages().size());
    String format = "  %-" + Integer.toString(plan.stages().size() - 1).length() + "d ";
    int width = terminal.columns() - String.format(format, 0).length();
    if (width < LEAST_WIDTH) {
      return "";
    }
    Timeline timeline = timeline(plan);
    double column = plan.predicted().stepSeconds() / width;
    StringBuilder text = new StringBuilder();
    text.append(
        Paragraph.of(
            "  ",
            String.format(
                Locale.ROOT,
                "one step, %s a column: > fill, = steady, < drain, + update, . waiting",
                Figures.seconds(column)),
            terminal.columns()));
    for (int i = 0; i < shown; i++) {
      List<State> states = states(timeline, i, span(plan, timeline, i), column, width);
      text.append(String.format(format, i)).append(strip(states, terminal.ansi())).append('\n');
    }
    if (shown < plan.stages().size()) {
      text.append("  ... and ").append(plan.stages().size() - shown).append(" more stages\n");
    }
    return text.toString();
  }

  /** End of a stage's fill, start of its drain, end of its last pass, and of its work. */
  private static double[] span(Plan plan, Timeline timeline, int stage) {
    double firstBackward = Double.POSITIVE_INFINITY;
    double lastForward = 0;
    for (TimelineEvent event : timeline.events()) {
      if (event.stage() == stage) {
        switch (event.pass().phase()) {
          case BACKWARD -> firstBackward = Math.min(firstBackward, event.startSeconds());
          case FORWARD -> lastForward = Math.max(lastForward, event.endSeconds());
        }
      }
    }
    double finish = timeline.stages().get(stage).finishSeconds();
    double tail = plan.stages().get(stage).predicted().stepOverheadSeconds();
    return new double[] {firstBackward, lastForward, finish, finish + tail};
  }

  private static List<State> states(
      Timeline timeline, int stage, double[] span, double column, int width) {
    double[][] seconds = new double[width][State.values().length];
    for (TimelineEvent event : timeline.events()) {
      if (event.stage() == stage) {
        State state =
            event.endSeconds() <= span[0]
                ? State.FILL
                : event.startSeconds() >= span[1] ? State.DRAIN : State.STEADY;
        add(seconds, state, event.startSeconds(), event.endSeconds(), column);
      }
    }
    add(seconds, State.UPDATE, span[2], span[3], column);
    List<State> states = new ArrayList<>();
    for (double[] share : seconds) {
      share[State.WAIT.ordinal()] = column - Arrays.stream(share).sum();
      State most = State.WAIT;
      for (State state : State.values()) {
        most = share[state.ordinal()] > share[most.ordinal()] ? state : most;
      }
      states.add(most);
    }
    return states;
  }

  private static void add(double[][] seconds, State state, double from, double to, double column) {
    int last = Math.min(seconds.length - 1, (int) (to / column));
    for (int c = (int) (from / column); c <= last; c++) {
      double start = Math.max(from, c * column);
      double end = Math.min(to, (c + 1) * column);
      seconds[c][state.ordinal()] += Math.max(0, end - start);
    }
  }

  /** Runs of equal states in their style. */
  private static String strip(List<State> states, Ansi ansi) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < states.size(); ) {
      State state = states.get(i);
      int j = i;
      while (j < states.size() && states.get(j) == state) {
        j++;
      }
      String run = String.valueOf(state.drawn).repeat(j - i);
      text.append(ansi.enabled() ? ansi.string("@|" + state.style + " " + run + "|@") : run);
      i = j;
    }
    return text.toString();
  }

  private static Timeline timeline(Plan plan) {
    int stages = plan.stages().size();
    int chunks = stages * plan.schedule().virtualStages();
    double[] forward = new double[chunks];
    double[] backward = new double[chunks];
    double[] sendForward = new double[chunks];
    double[] sendBackward = new double[chunks];
    for (StagePlan stage : plan.stages()) {
      for (int v = 0; v < plan.schedule().virtualStages(); v++) {
        PassPrediction pass = stage.predicted().passes().get(v);
        int chunk = v * stages + stage.index();
        forward[chunk] = pass.forwardSeconds();
        backward[chunk] = pass.backwardSeconds();
        sendForward[chunk] = pass.sendForwardSeconds();
        sendBackward[chunk] = pass.sendBackwardSeconds();
      }
    }
    return PipelineSimulator.simulate(
        plan.schedule().kind(),
        plan.schedule().virtualStages(),
        plan.microBatches(),
        forward,
        backward,
        sendForward,
        sendBackward,
        Transfers.OVERLAPPED);
  }
}
