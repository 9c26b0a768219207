package autopar.report;

import autopar.plan.Plan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A plan as one HTML page that needs nothing beside it: its style, scripts, the chart library
 * (Apache ECharts) and its data are inside, and its content policy forbids the network.
 */
public final class ReportPage {
  private static final Pattern SLOT = Pattern.compile("\\{\\{(\\w+)}}");

  /** In the order in which they run; each needs those before it. */
  private static final List<String> SCRIPTS =
      List.of(
          "basics.js",
          "money.js",
          "cluster.js",
          "timeline.js",
          "memory.js",
          "time.js",
          "graph.js",
          "layers.js",
          "search.js");

  private ReportPage() {}

  /** The page of {@code plan}, which must be sound. */
  public static String of(Plan plan) {
    StepTracks tracks = StepTracks.of(plan);
    Headline headline = new Headline(plan);
    StringBuilder scripts = new StringBuilder();
    for (String script : SCRIPTS) {
      scripts.append("<script>\n").append(Html.script(resource(script))).append("</script>\n");
    }
    Map<String, String> slots = new LinkedHashMap<>();
    slots.put("title", Html.text(plan.model().name()));
    slots.put("style", resource("report.css"));
    slots.put("question", headline.question());
    slots.put("figures", headline.figures());
    slots.put("stages", headline.stages());
    slots.put("references", headline.references());
    slots.put("bound_method", Html.text(plan.predicted().lowerBoundMethod()));
    slots.put("data", Html.json(ReportData.of(plan, tracks)));
    slots.put("charts", Html.script(resource("echarts.min.js")));
    slots.put("scripts", scripts.toString());
    return filled(resource("report.html"), slots);
  }

  private static String filled(String template, Map<String, String> slots) {
    Matcher slot = SLOT.matcher(template);
    StringBuilder page = new StringBuilder();
    while (slot.find()) {
      String content = slots.get(slot.group(1));
      if (content == null) {
        throw new IllegalStateException("nothing fills {{" + slot.group(1) + "}}");
      }
      slot.appendReplacement(page, Matcher.quoteReplacement(content));
    }
    return slot.appendTail(page).toString();
  }

  private static String resource(String name) {
    try (InputStream stream = ReportPage.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the resource " + name + " is missing");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
