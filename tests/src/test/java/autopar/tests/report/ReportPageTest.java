package autopar.tests.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.tests.report.Pages.Loaded;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of OPT-66B on 24 devices, as a browser shows it. */
class ReportPageTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<String> CHARTS =
      List.of("timeline-chart", "time-chart", "memory-chart", "memory-time", "search-chart");

  @TempDir private static Path temp;
  private static Pages pages;
  private static Path report;
  private static JsonNode plan;

  @BeforeAll
  static void compile() throws IOException {
    pages = Pages.open();
    Path folder = temp.resolve("opt.plan");
    Commands.run(
        "compile", "models/opt-66b.ir", "--devices", "24", "-o", folder.toString(), "--report");
    report = folder.resolve("report.html");
    plan = MAPPER.readTree(folder.resolve("plan.json").toFile());
  }

  @AfterAll
  static void close() {
    if (pages != null) {
      pages.close();
    }
  }

  @Test
  void loadsFastWithoutAnErrorOrARequest() throws IOException {
    double fastest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 3; i++) {
      try (Loaded loaded = pages.load(report)) {
        fastest = Math.min(fastest, loaded.number("autopar.readyMillis"));
      }
    }
    assertThat(fastest).isLessThanOrEqualTo(2000);
    assertThat(Files.size(report)).isLessThan(3_000_000);
  }

  @Test
  void everyChartHasDrawn() {
    try (Loaded loaded = pages.load(report)) {
      assertThat(loaded.ask("Object.keys(autopar.charts)").toString()).contains(CHARTS);
      for (String chart : CHARTS) {
        assertThat(colors(loaded, chart)).as(chart).isGreaterThan(4);
      }
      assertThat(loaded.page().locator(".device").count()).isEqualTo(24);
      assertThat(loaded.page().locator("#layers-strip button").count()).isEqualTo(64);
      assertThat(loaded.page().locator("#layers-graph .operation").count()).isEqualTo(18);
      assertThat(loaded.page().locator("#layers-graph .move").count()).isPositive();
      assertThat(loaded.page().locator("#layers-table tbody tr").count()).isGreaterThan(50);
    }
  }

  /** Colours that cover at least 20 pixels of a chart. */
  private static double colors(Loaded loaded, String chart) {
    return loaded.number(
        """
        (() => {
          const canvas = document.querySelector('#%s canvas');
          const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          const seen = new Map();
          for (let i = 0; i < pixels.length; i += 4) {
            if (pixels[i + 3] > 200) {
              const color = pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2];
              seen.set(color, (seen.get(color) || 0) + 1);
            }
          }
          return [...seen.values()].filter((n) => n >= 20).length;
        })()\
        """
            .formatted(chart));
  }

  @Test
  void figuresAreThoseOfThePlan() {
    try (Loaded loaded = pages.load(report)) {
      JsonNode p = plan.get("predicted");
      figure(loaded, "step", "%.1f s", p.get("step_s").asDouble());
      figure(loaded, "tokens", "%,.0f", p.get("tokens_per_s").asDouble());
      figure(loaded, "mfu", "%.1f %%", 100 * p.get("mfu").asDouble());
      figure(loaded, "memory", "%.1f GiB", p.get("peak_memory_bytes").asDouble() / (1L << 30));
      figure(loaded, "bubble", "%.1f %%", 100 * p.get("bubble_fraction").asDouble());
      figure(loaded, "bound", "%.1f s", p.get("lower_bound_s").asDouble());
      for (int s = 0; s < plan.get("stages").size(); s++) {
        String stage = "/stages/" + s + "/predicted/memory_bytes/";
        assertThat(loaded.number("autopar.data.stages[" + s + "].predicted.memory_bytes.total"))
            .isEqualTo(plan.at(stage + "total").asDouble());
        assertThat(loaded.number("Math.max(...autopar.held(" + s + ").map((p) => p[1]))"))
            .as("activations of stage %d", s)
            .isEqualTo(plan.at(stage + "activations").asDouble());
      }
    }
  }

  private static void figure(Loaded loaded, String id, String format, double value) {
    assertThat(loaded.page().locator("#figure-" + id + " strong").textContent())
        .isEqualTo(String.format(Locale.ROOT, format, value));
  }

  @Test
  void timesAddUpToTheStep() {
    try (Loaded loaded = pages.load(report)) {
      double step = plan.at("/predicted/step_s").asDouble();
      for (int s = 0; s < plan.get("stages").size(); s++) {
        double parts =
            loaded.number(
                "Object.values(autopar.time[" + s + "].exposed).reduce((a, b) => a + b, 0)");
        assertThat(parts).isCloseTo(step, within(1e-9 * step));
        double drawn =
            loaded.number(
                "autopar.tracks.stages["
                    + s
                    + "].compute.reduce((sum, c) => sum + c.end - c.start, 0)");
        assertThat(drawn).isCloseTo(step, within(1e-6 * step));
        double passes =
            loaded.number(
                "autopar.tracks.stages["
                    + s
                    + "].compute.filter((c) => autopar.tracks.kinds[c.kind] === 'forward').length");
        assertThat(passes).isEqualTo(plan.get("micro_batches").asDouble());
      }
    }
  }

  @Test
  void theFrontBeatsEveryCandidateAndTheBoundIsLeftOfAll() {
    try (Loaded loaded = pages.load(report)) {
      Object beaten =
          loaded.ask(
              """
              autopar.data.search.explored.every((e) => autopar.pareto.some((p) =>
                p.step_s <= e.step_s && p.peak_memory_bytes <= e.peak_memory_bytes))\
              """);
      assertThat(beaten).isEqualTo(true);
      for (JsonNode explored : plan.at("/search/explored")) {
        assertThat(explored.get("step_s").asDouble())
            .isGreaterThanOrEqualTo(plan.at("/predicted/lower_bound_s").asDouble());
      }
    }
  }

  @Test
  void theTableFilters() {
    try (Loaded loaded = pages.load(report)) {
      Page page = loaded.page();
      page.fill("#layers-filter", "wq");
      int weights = page.locator("#layers-table tbody tr").count();
      assertThat(weights).isBetween(5, 40);
      assertThat(page.locator("#layers-table tbody").textContent()).contains("wq : bf16[9216");
      page.selectOption("#layers-stage", "3");
      assertThat(page.locator("#layers-table tbody tr").count()).isLessThan(weights);
      page.fill("#layers-filter", "nothing has this name");
      assertThat(page.locator("#layers-table tbody tr").count()).isZero();
      assertThat(page.locator("#layers-count").textContent()).startsWith("0 operations");
      page.fill("#layers-filter", "");
      page.check("#layers-moves");
      assertThat(page.locator("#layers-table tbody").textContent()).contains("all-gather tensor");
    }
  }

  @Test
  void theTimelineZoomsAndHides() {
    try (Loaded loaded = pages.load(report)) {
      Page page = loaded.page();
      page.click("text=Whole step");
      loaded.await("document.getElementById('timeline-note').textContent.startsWith('Zoomed out')");
      double whole = loaded.number(span());
      page.click("text=Zoom in");
      loaded.await(span() + " < " + (0.6 * whole));
      page.focus("#timeline-chart");
      page.keyboard().press("+");
      loaded.await(span() + " < " + (0.3 * whole));
      page.click("#timeline-controls >> text=Start");
      loaded.await("document.getElementById('timeline-note').textContent.startsWith('Numbers')");
      double items = loaded.number(items());
      page.click("#timeline-legend >> text=idle (bubble)");
      assertThat(loaded.number(items())).isBetween(1.0, items - 1);
    }
  }

  private static String span() {
    return "(({startValue, endValue}) => endValue - startValue)"
        + "(autopar.charts['timeline-chart'].getOption().dataZoom[0])";
  }

  private static String items() {
    return "autopar.charts['timeline-chart'].getOption().series[0].data.length";
  }

  @Test
  void pointingSaysWhatIsThere() {
    try (Loaded loaded = pages.load(report)) {
      Page page = loaded.page();
      page.hover(".device >> nth=9");
      int stage = stageOf(9);
      String total =
          String.format(
              Locale.ROOT,
              "%.1f GiB",
              plan.at("/stages/" + stage + "/predicted/memory_bytes/total").asDouble()
                  / (1L << 30));
      assertThat(page.locator("#cluster-device").textContent())
          .contains("Device 9", "host 1, slot 1", stage + " of 5", total);
      page.focus(".device >> nth=0");
      page.keyboard().press("ArrowRight");
      assertThat(page.locator("#cluster-device").textContent()).contains("Device 1");
      page.locator("#timeline-chart").scrollIntoViewIfNeeded();
      var box = page.locator("#timeline-chart").boundingBox();
      page.mouse().move(box.x + 90, box.y + 25);
      loaded.await(
          "document.getElementById('timeline-chart').textContent.includes('stage 0: forward of')");
    }
  }

  private static int stageOf(int device) {
    for (JsonNode stage : plan.get("stages")) {
      for (JsonNode rank : stage.get("devices")) {
        if (rank.asInt() == device) {
          return stage.get("index").asInt();
        }
      }
    }
    throw new IllegalStateException("device " + device + " is idle");
  }

  @Test
  void theHeadlineNeedsNoScript() {
    Page page = pages.withoutScripts(report);
    String step = String.format(Locale.ROOT, "%.1f s", plan.at("/predicted/step_s").asDouble());
    assertThat(page.locator("#figure-step").innerText()).contains(step);
    assertThat(page.locator("#plan table.rows tbody tr").count()).isEqualTo(5);
    assertThat(page.locator("#search table tbody tr").count()).isEqualTo(5);
    assertThat(page.locator("#timeline").isVisible()).isFalse();
    page.context().close();
  }

  @Test
  void fitsAPhoneAndFollowsTheColourScheme() {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      try (Loaded loaded = pages.load(report, 390, scheme)) {
        assertThat(loaded.number("document.documentElement.scrollWidth")).isEqualTo(390);
        String ground = (String) loaded.ask("getComputedStyle(document.body).backgroundColor");
        assertThat(ground.equals("rgb(14, 17, 21)")).isEqualTo(scheme == ColorScheme.DARK);
      }
    }
  }
}
