package autopar.cli;

import java.util.List;
import java.util.Locale;

/** The losses of a run as an SVG picture: one line over the steps. */
final class LossCurve {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 300;
  private static final int LEFT = 48;
  private static final int RIGHT = 16;
  private static final int TOP = 40;
  private static final int BOTTOM = 40;
  private static final int TICKS = 5;

  private LossCurve() {}

  /**
   * A self-contained picture that reads on light and dark pages.
   *
   * @param firstStep number of the first loss, from 1
   */
  static String svg(String title, int firstStep, List<Double> losses) {
    double most = losses.stream().mapToDouble(loss -> loss).max().orElse(1);
    double highest = Math.max(1e-9, 1.05 * most);
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\" fill=\"#777777\">",
        WIDTH,
        HEIGHT);
    add(svg, "<text x=\"%d\" y=\"20\">%s</text>", LEFT, escaped(title));
    for (int tick = 0; tick <= TICKS; tick++) {
      double loss = highest * tick / TICKS;
      double y = y(loss, highest);
      add(
          svg,
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#777777\""
              + " stroke-opacity=\"0.3\"/>",
          LEFT,
          WIDTH - RIGHT,
          y,
          y);
      add(svg, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f</text>", LEFT - 6, y + 4, loss);
      int step = tick * Math.max(1, losses.size() - 1) / TICKS;
      add(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>",
          x(step, losses.size()),
          HEIGHT - BOTTOM + 18,
          firstStep + step);
    }
    add(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">step</text>", WIDTH - RIGHT, HEIGHT - 6);
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < losses.size(); i++) {
      if (Double.isFinite(losses.get(i))) {
        points.append(
            String.format(
                Locale.ROOT, "%.1f,%.1f ", x(i, losses.size()), y(losses.get(i), highest)));
      }
    }
    add(
        svg,
        "<polyline points=\"%s\" fill=\"none\" stroke=\"#1b6ca8\" stroke-width=\"1.5\"/>",
        points.toString().strip());
    return svg.append("</svg>\n").toString();
  }

  private static double x(int step, int steps) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (double) step / Math.max(1, steps - 1);
  }

  private static double y(double loss, double highest) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * loss / highest;
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
