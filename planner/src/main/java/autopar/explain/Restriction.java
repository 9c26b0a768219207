package autopar.explain;

import autopar.planner.ForceParser;
import autopar.planner.PlanOptions;
import autopar.planner.PlanRequest;
import autopar.schedule.ScheduleKind;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Something a request asks for that the search would rather choose itself. */
sealed interface Restriction {

  /** The restriction as options of {@code compile}. */
  String words();

  /** A key of {@code --force}. */
  record Force(String key, String value) implements Restriction {
    @Override
    public String words() {
      return "--force " + key + "=" + value;
    }
  }

  /** One of the options that list what may be chosen. */
  record Choice(String option, List<String> values) implements Restriction {
    public Choice {
      values = List.copyOf(values);
    }

    @Override
    public String words() {
      return option + " " + String.join(",", values);
    }
  }

  String RECOMPUTE = "--recompute";
  String ZERO = "--zero";
  String SCHEDULE = "--schedule";

  /** All restrictions of a request whose forced decisions read {@code force}. */
  static List<Restriction> of(PlanRequest request, String force) {
    List<Restriction> found = new ArrayList<>();
    for (Map.Entry<String, String> entry : ForceText.of(force).entries().entrySet()) {
      found.add(new Force(entry.getKey(), entry.getValue()));
    }
    PlanOptions options = request.options();
    if (options.recompute().size() < RecomputeMode.values().length) {
      found.add(
          new Choice(RECOMPUTE, options.recompute().stream().map(RecomputeMode::text).toList()));
    }
    if (options.zero().size() < PlanOptions.DEFAULT.zero().size()) {
      found.add(new Choice(ZERO, options.zero().stream().map(z -> Integer.toString(z)).toList()));
    }
    if (options.schedules().size() < ScheduleKind.values().length) {
      found.add(
          new Choice(SCHEDULE, options.schedules().stream().map(ScheduleKind::text).toList()));
    }
    return found;
  }

  /** {@code request}, whose forced decisions read {@code force}, with only these restrictions. */
  static PlanRequest only(PlanRequest request, String force, List<Restriction> kept) {
    PlanOptions options = request.options();
    List<String> dropped = new ArrayList<>(ForceText.of(force).entries().keySet());
    List<String> choices = new ArrayList<>();
    for (Restriction restriction : kept) {
      switch (restriction) {
        case Force f -> dropped.remove(f.key());
        case Choice c -> choices.add(c.option());
      }
    }
    String left = ForceText.of(force).without(dropped).text();
    PlanOptions all = PlanOptions.DEFAULT;
    return request.withOptions(
        new PlanOptions(
            choices.contains(SCHEDULE) ? options.schedules() : all.schedules(),
            choices.contains(RECOMPUTE) ? options.recompute() : all.recompute(),
            choices.contains(ZERO) ? options.zero() : all.zero(),
            options.offload(),
            ForceParser.parse(left),
            options.timeLimitSeconds(),
            options.seed(),
            options.threads()));
  }
}
