package autopar.cli;

import autopar.explain.Compared;
import autopar.explain.Layout;
import autopar.explain.Part;
import autopar.explain.StepParts;
import autopar.plan.Plan;
import autopar.units.Bytes;
import java.util.Locale;

/** Two plans of one request side by side. */
final class ComparedText {
  private ComparedText() {}

  static String of(Compared compared, Terminal terminal) {
    int width = terminal.columns();
    StringBuilder text = new StringBuilder();
    double step = compared.chosen().predicted().stepSeconds();
    double other = compared.other().predicted().stepSeconds();
    String verdict =
        String.format(
            Locale.ROOT,
            "%s per step against %s of the plan (%s, %s)",
            Figures.seconds(other),
            Figures.seconds(step),
            Figures.change(other - step),
            Figures.percentChange(other / step - 1));
    text.append(Paragraph.of(compared.options() + ": ", "  ", verdict, width));
    text.append(
        Paragraph.of(other < step ? "  it gains by " : "  it loses by ", compared.cause(), width));
    text.append('\n');
    text.append(Paragraph.of("  plan:        ", layout(compared.chosen()), width));
    text.append(Paragraph.of("  alternative: ", layout(compared.other()), width));
    text.append('\n');
    text.append(
        table(
            "plan",
            "alternative",
            StepParts.of(compared.chosen()),
            StepParts.of(compared.other())));
    text.append(row("step", Figures.seconds(step), Figures.seconds(other), other - step));
    text.append(
        String.format(
            Locale.ROOT,
            "  %-28s %12s %12s%n",
            "memory of the fullest device",
            new Bytes(compared.chosen().predicted().peakMemoryBytes()),
            new Bytes(compared.other().predicted().peakMemoryBytes())));
    return text.toString();
  }

  /** One line per part that either has: seconds of the average device in each, and the change. */
  static String table(String first, String second, StepParts before, StepParts after) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "  %-28s %12s %12s %12s%n",
            "seconds of average device",
            first,
            second,
            "difference"));
    for (Part part : Part.values()) {
      if (before.of(part) != 0 || after.of(part) != 0) {
        text.append(
            row(
                part.words(),
                Figures.seconds(before.of(part)),
                Figures.seconds(after.of(part)),
                after.of(part) - before.of(part)));
      }
    }
    return text.toString();
  }

  static String row(String name, String before, String after, double difference) {
    return String.format(
        Locale.ROOT, "  %-28s %12s %12s %12s%n", name, before, after, Figures.change(difference));
  }

  private static String layout(Plan plan) {
    return Layout.of(plan).words() + ", micro-batch " + plan.microBatch();
  }
}
