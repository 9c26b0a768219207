package autopar.cli;

import autopar.explain.Alternative;
import autopar.explain.Binding;
import autopar.explain.Compared;
import autopar.explain.DecisionReport;
import autopar.explain.Explanation;
import autopar.explain.Layout;
import autopar.explain.Part;
import autopar.explain.Sensitivity;
import autopar.explain.StepParts;
import autopar.plan.Plan;
import autopar.planner.PlanOutcome;
import autopar.units.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;

/** An explanation for people. */
final class ExplanationText {
  private static final String LABEL = "  %-13s";
  private static final double WORTH_TELLING = 0.005;
  private static final int MOST_LINKS = 6;

  private final Explanation explanation;
  private final Plan plan;
  private final int width;
  private final Ansi ansi;
  private final StringBuilder text = new StringBuilder();

  private ExplanationText(Explanation explanation, Terminal terminal) {
    this.explanation = explanation;
    this.plan = explanation.plan();
    this.width = terminal.columns();
    this.ansi = terminal.ansi();
  }

  static String of(Explanation explanation, Terminal terminal) {
    ExplanationText text = new ExplanationText(explanation, terminal);
    text.heading();
    text.parts();
    text.decisions();
    text.binding();
    text.sensitivities();
    return text.text.toString();
  }

  private void heading() {
    String words =
        String.format(
            Locale.ROOT,
            "on %d x %s: %s, micro-batch %d, %s per step",
            plan.devices(),
            plan.cluster().device(),
            Layout.of(plan).words(),
            plan.microBatch(),
            Figures.seconds(plan.predicted().stepSeconds()));
    text.append(Paragraph.of(plan.model().name() + " ", words, width)).append('\n');
  }

  private void parts() {
    title("Where the step goes", "seconds of the average device");
    StepParts parts = explanation.parts();
    for (Part part : parts.largestFirst()) {
      double seconds = parts.of(part);
      if (seconds > 0) {
        line(
            "  %-28s %10s  %6s",
            part.words(),
            Figures.seconds(seconds),
            Figures.percent(seconds / plan.predicted().stepSeconds()));
      }
    }
    line("");
  }

  private void decisions() {
    title("Why this layout", "each decision, and the best plan found in which it is otherwise");
    for (DecisionReport report : explanation.decisions()) {
      label(
          report.decision().key().replace('_', '-'),
          report.chosen() + (report.forced() ? " (forced)" : ""));
      if (report.runnerUp().isPresent()) {
        runnerUp(report.runnerUp().get());
      } else if (report.tried().isEmpty()) {
        paragraph("    ", "    ", "nothing else was tried");
      }
      Optional<Alternative> tooLarge =
          report.tried().stream().filter(a -> Double.isInfinite(a.stepSeconds())).findFirst();
      tooLarge.ifPresent(a -> paragraph("    ", "      ", doesNotFit(a)));
    }
    if (!explanation.keepable()) {
      paragraph(
          "  ",
          "  ",
          "Forcing this layout does not place it alike (columns of hosts), so nothing was asked"
              + " with the rest of it kept.");
    }
    line("");
  }

  private void runnerUp(Compared compared) {
    double step = plan.predicted().stepSeconds();
    paragraph(
        "    ",
        "      ",
        String.format(
            Locale.ROOT,
            "%s: %s (%s, %s): %s",
            compared.options(),
            Figures.seconds(compared.other().predicted().stepSeconds()),
            Figures.change(compared.seconds()),
            Figures.percentChange(compared.seconds() / step),
            compared.cause()));
    String layout = Layout.of(compared.other()).words();
    if (!layout.equals(Layout.of(plan).words())
        || compared.other().microBatch() != plan.microBatch()) {
      paragraph("      ", "      ", layout + ", micro-batch " + compared.other().microBatch());
    }
  }

  private static String doesNotFit(Alternative alternative) {
    return alternative.options()
        + (alternative.outcome() instanceof PlanOutcome.NoPlan none && none.missingBytes() > 0
            ? " does not fit: " + new Bytes(none.missingBytes()) + " missing"
            : " has no layout");
  }

  private void binding() {
    title("What binds", "");
    Binding binding = explanation.binding();
    double step = plan.predicted().stepSeconds();
    label(
        "memory",
        String.format(
            Locale.ROOT,
            "stage %d has %s of %s left on its fullest device",
            binding.fullestStage(),
            new Bytes(binding.freeBytes()),
            new Bytes(
                plan.cluster().usableBytes(plan.stages().get(binding.fullestStage()).devices()))));
    label(
        "slowest",
        String.format(
            Locale.ROOT,
            "stage %d is busy %s of the step (%s)",
            binding.slowestStage(),
            Figures.seconds(binding.slowestSeconds()),
            Figures.percent(binding.slowestSeconds() / step)));
    label(
        "compute",
        Figures.percent(explanation.parts().compute() / step) + " of the average device's step");
    label("bubble", Figures.percent(explanation.parts().of(Part.BUBBLE) / step) + " of the step");
    links(binding, step);
    line("");
  }

  /** Collectives and transfers that take a share of the step worth telling, largest first. */
  private void links(Binding binding, double step) {
    List<Binding.StageUse> stages = new ArrayList<>(binding.stages());
    stages.removeIf(use -> use.collectiveSeconds() < WORTH_TELLING * step);
    stages.sort(Comparator.comparingDouble(use -> -use.collectiveSeconds()));
    for (Binding.StageUse use : stages.subList(0, Math.min(MOST_LINKS, stages.size()))) {
      label(
          "stage " + use.stage(),
          String.format(
              Locale.ROOT,
              "%s of exposed collectives over %s (%s of the step)",
              Figures.seconds(use.collectiveSeconds()),
              use.link(),
              Figures.percent(use.collectiveSeconds() / step)));
    }
    List<Binding.LinkUse> links = new ArrayList<>(binding.links());
    links.removeIf(link -> link.seconds() < WORTH_TELLING * step);
    links.sort(Comparator.comparingDouble(link -> -link.seconds()));
    for (Binding.LinkUse link : links.subList(0, Math.min(MOST_LINKS, links.size()))) {
      label(
          link.from() + " to " + link.to(),
          String.format(
              Locale.ROOT,
              "%s of transfers, hidden or not, over %s (%s of the step)",
              Figures.seconds(link.seconds()),
              link.link(),
              Figures.percent(link.seconds() / step)));
    }
    label(
        "other links",
        "below " + Figures.percent(WORTH_TELLING) + " of the step, or less than those above");
  }

  private void sensitivities() {
    title("What if", "samples/s with the layout kept, and with everything replanned");
    for (Sensitivity s : explanation.sensitivities()) {
      line(
          "  %-38s %10s %10s",
          s.change(), explanation.keepable() ? samples(s.kept()) : "", samples(s.replanned()));
      if (s.replanned() instanceof PlanOutcome.Planned planned) {
        String layout = Layout.of(planned.plan()).words();
        boolean same =
            layout.equals(Layout.of(plan).words())
                && planned.plan().microBatch() == plan.microBatch();
        paragraph(
            "      ",
            "      ",
            same ? "the same layout" : layout + ", micro-batch " + planned.plan().microBatch());
      }
    }
  }

  private String samples(PlanOutcome outcome) {
    return switch (outcome) {
      case PlanOutcome.Planned planned ->
          Figures.percentChange(
              planned.plan().predicted().samplesPerSecond() / plan.predicted().samplesPerSecond()
                  - 1);
      case PlanOutcome.NoPlan none -> "no fit";
    };
  }

  private void title(String words, String about) {
    text.append(ansi.string("@|bold " + words + "|@"))
        .append(about.isEmpty() ? "" : " (" + about + ")")
        .append('\n');
  }

  private void label(String label, String words) {
    String first = String.format(LABEL, label);
    paragraph(first, " ".repeat(first.length()), words);
  }

  private void paragraph(String first, String next, String words) {
    text.append(Paragraph.of(first, next, words, width));
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
