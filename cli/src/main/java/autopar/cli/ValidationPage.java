package autopar.cli;

import autopar.validation.PricedRun;
import autopar.validation.Scatter;
import autopar.validation.Score;
import autopar.validation.Validation;
import java.io.PrintWriter;
import java.util.Locale;

/** The result of a validation as one self-contained HTML page. */
final class ValidationPage {
  private ValidationPage() {}

  static void print(PrintWriter out, Validation validation) {
    out.print(
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>autopar validate</title>
        <style>
        body { font: 14px sans-serif; max-width: 60em; margin: 2em auto; }
        svg { width: 40em; } td { padding: 0 .8em; } td + td { text-align: right; }
        </style></head><body>
        <h1>Predicted against measured step times</h1>
        """);
    out.print(Scatter.svg(validation));
    out.print("<table><tr><th>source<th>rows<th>median<th>mean<th>p90<th>max</tr>");
    out.println();
    validation.sources().forEach((source, score) -> row(out, source, score));
    row(out, "all", validation.overall());
    out.print("</table><table><tr><th>row<th>predicted s<th>measured s<th>error</tr>");
    out.println();
    for (PricedRun run : validation.runs()) {
      out.printf(
          Locale.ROOT,
          "<tr><td>%s<td>%.3f<td>%.3f<td>%+.1f %%</tr>%n",
          escaped(run.run().id()),
          run.predictedSeconds(),
          run.run().measuredSeconds(),
          100 * run.error());
    }
    out.println("</table></body></html>");
  }

  private static void row(PrintWriter out, String source, Score score) {
    out.printf(
        Locale.ROOT,
        "<tr><td>%s<td>%d<td>%.1f %%<td>%.1f %%<td>%.1f %%<td>%.1f %%</tr>%n",
        escaped(source),
        score.rows(),
        100 * score.median(),
        100 * score.mean(),
        100 * score.p90(),
        100 * score.max());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
