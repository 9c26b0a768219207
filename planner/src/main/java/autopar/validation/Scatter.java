package autopar.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Predicted against measured seconds as an SVG picture, both axes logarithmic. */
public final class Scatter {
  private static final int SIDE = 640;
  private static final int MARGIN = 56;
  private static final int LEGEND_STEP = 18;
  private static final List<String> COLOURS =
      List.of(
          "#1b6ca8", "#d1495b", "#2a9d5c", "#8e5ea2", "#e08e0b", "#3c3c3c", "#00a6a6", "#a05a2c");

  private final double least;
  private final double most;

  private Scatter(double least, double most) {
    this.least = least;
    this.most = most;
  }

  /** A self-contained picture; the two dashed lines are 10 % to either side. */
  public static String svg(Validation validation) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (PricedRun run : validation.runs()) {
      least = Math.min(least, Math.min(run.predictedSeconds(), run.run().measuredSeconds()));
      most = Math.max(most, Math.max(run.predictedSeconds(), run.run().measuredSeconds()));
    }
    if (validation.runs().isEmpty()) {
      return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>\n";
    }
    return new Scatter(
            Math.pow(10, Math.floor(Math.log10(least))), Math.pow(10, Math.ceil(Math.log10(most))))
        .picture(validation);
  }

  private String picture(Validation validation) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif">
        <rect width="100%%" height="100%%" fill="white"/>
        """
            .formatted(SIDE, SIDE));
    for (double tick = least; tick <= most * 1.001; tick *= 10) {
      String label = tick >= 1 ? "%.0f".formatted(tick) : "%s".formatted(tick);
      line(svg, x(tick), x(tick), y(least), y(most), "#dddddd", "");
      line(svg, x(least), x(most), y(tick), y(tick), "#dddddd", "");
      text(svg, x(tick), SIDE - MARGIN + 18, "middle", label);
      text(svg, MARGIN - 6, y(tick) + 4, "end", label);
    }
    line(svg, x(least), x(most), y(least), y(most), "#777777", "");
    line(svg, x(least), x(most / 1.1), y(least * 1.1), y(most), "#aaaaaa", "4 4");
    line(svg, x(least * 1.1), x(most), y(least), y(most / 1.1), "#aaaaaa", "4 4");
    text(svg, SIDE / 2.0, SIDE - 12, "middle", "measured seconds per step");
    text(svg, MARGIN, MARGIN - 30, "start", "predicted seconds per step");
    points(svg, validation);
    return svg.append("</svg>\n").toString();
  }

  private void points(StringBuilder svg, Validation validation) {
    List<String> sources = new ArrayList<>(validation.sources().keySet());
    for (PricedRun run : validation.runs()) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.2\" fill=\"%s\" fill-opacity=\"0.7\">"
                  + "<title>%s %+.1f %%</title></circle>%n",
              x(run.run().measuredSeconds()),
              y(run.predictedSeconds()),
              colour(sources.indexOf(run.run().source())),
              escaped(run.run().id()),
              100 * run.error()));
    }
    int row = 0;
    for (Map.Entry<String, Score> source : validation.sources().entrySet()) {
      if (source.getValue().rows() == 0) {
        continue;
      }
      double at = MARGIN + 14 + LEGEND_STEP * row++;
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%d\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n",
              MARGIN + 14,
              at - 4,
              colour(sources.indexOf(source.getKey()))));
      String name = source.getKey();
      String label = name.length() > 44 ? name.substring(0, 43) + "…" : name;
      text(svg, MARGIN + 24, at, "start", "%s (%d)".formatted(label, source.getValue().rows()));
    }
  }

  private static String colour(int source) {
    return COLOURS.get(source % COLOURS.size());
  }

  private double x(double seconds) {
    return MARGIN + (SIDE - 2 * MARGIN) * part(seconds);
  }

  private double y(double seconds) {
    return SIDE - MARGIN - (SIDE - 2 * MARGIN) * part(seconds);
  }

  private double part(double seconds) {
    return Math.log(seconds / least) / Math.log(most / least);
  }

  private static void line(
      StringBuilder svg, double x1, double x2, double y1, double y2, String colour, String dash) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>%n",
            x1,
            x2,
            y1,
            y2,
            colour,
            dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\""));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" font-size=\"12\" text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            escaped(text)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
