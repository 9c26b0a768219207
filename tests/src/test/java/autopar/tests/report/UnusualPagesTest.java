package autopar.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.tests.report.Pages.Loaded;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of plans that are large, or whose names are hostile. */
class UnusualPagesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private static Path temp;
  private static Pages pages;

  @BeforeAll
  static void open() {
    pages = Pages.open();
  }

  @AfterAll
  static void close() {
    if (pages != null) {
      pages.close();
    }
  }

  @Test
  void aThousandDevicesStaySmallAndResponsive() throws IOException {
    Path folder = temp.resolve("large.plan");
    Path report = temp.resolve("large.html");
    Commands.run(
        "compile",
        "models/gpt3-175b.ir",
        "--devices",
        "1024",
        "--cluster",
        "a100-80g",
        "--force",
        "tensor=8,data=4,stages=32,micro_batch=1,zero=1,recompute=selective",
        "-o",
        folder.toString(),
        "--report",
        report.toString());
    assertThat(Files.size(report)).isLessThan(5_000_000);
    try (Loaded loaded = pages.load(report)) {
      assertThat(loaded.page().locator(".device").count()).isEqualTo(1024);
      assertThat(loaded.page().locator("#layers-strip button").count()).isEqualTo(96);
      assertThat(loaded.number("document.querySelectorAll('*').length")).isLessThan(10_000);
      for (String button : new String[] {"Whole step", "Zoom in", "Start", "End"}) {
        double millis =
            loaded.number(
                """
                (() => {
                  const start = performance.now();
                  [...document.querySelectorAll('#timeline-controls button')]
                    .find((b) => b.textContent === '%s').click();
                  return performance.now() - start;
                })()\
                """
                    .formatted(button));
        assertThat(millis).as(button).isLessThan(1000);
      }
    }
  }

  @Test
  void hostileNamesAreText() throws IOException {
    String name =
        "</title></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u202e 模型 "
            + "x".repeat(400);
    String operation = "<b onclick=alert(3)>\"'</b></script><script>alert(4)</script>{{data}}";
    Path folder = temp.resolve("hostile.plan");
    Commands.run("compile", "models/opt-125m.ir", "--devices", "4", "-o", folder.toString());
    Path file = folder.resolve("plan.json");
    ObjectNode plan = (ObjectNode) MAPPER.readTree(file.toFile());
    ((ObjectNode) plan.get("model")).put("name", name);
    String text = plan.toString().replace("\"q.einsum", "\"" + quoted(operation));
    Files.writeString(file, text);
    Commands.run("view", folder.toString());
    for (ColorScheme scheme : ColorScheme.values()) {
      if (scheme != ColorScheme.LIGHT && scheme != ColorScheme.DARK) {
        continue;
      }
      try (Loaded loaded = pages.load(folder.resolve("report.html"), 390, scheme)) {
        assertThat(loaded.page().locator("h1").textContent()).isEqualTo(name);
        assertThat(loaded.page().title()).startsWith("</title></script>");
        loaded.page().fill("#layers-filter", "<b onclick");
        assertThat(loaded.page().locator("#layers-table tbody th").first().textContent())
            .isEqualTo(operation);
        assertThat(loaded.page().locator("#layers-graph title").allTextContents().toString())
            .contains(operation);
        assertThat(loaded.page().locator("h1 img, td b, main script").count()).isZero();
        assertThat(loaded.number("document.documentElement.scrollWidth")).isEqualTo(390);
      }
    }
  }

  private static String quoted(String text) throws JsonProcessingException {
    String json = MAPPER.writeValueAsString(text);
    return json.substring(1, json.length() - 1);
  }

  @Test
  void interleavedStagesAndOneDeviceHavePagesToo() throws IOException {
    for (String layout :
        new String[] {
          "4 stages=2,data=1,tensor=2,virtual_stages=2,micro_batch=1", "1 stages=1,micro_batch=1"
        }) {
      String[] parts = layout.split(" ");
      Path folder = temp.resolve("devices" + parts[0] + ".plan");
      Commands.run(
          "compile",
          "models/opt-125m.ir",
          "--devices",
          parts[0],
          "--global-batch",
          "16",
          "--force",
          parts[1],
          "-o",
          folder.toString(),
          "--report");
      JsonNode plan = MAPPER.readTree(folder.resolve("plan.json").toFile());
      try (Loaded loaded = pages.load(folder.resolve("report.html"))) {
        for (int s = 0; s < plan.get("stages").size(); s++) {
          assertThat(loaded.number("Math.max(...autopar.held(" + s + ").map((p) => p[1]))"))
              // Chunks may peak together where the plan counts them one by one.
              .isLessThanOrEqualTo(
                  1.001
                      * plan.at("/stages/" + s + "/predicted/memory_bytes/activations").asDouble());
        }
      }
    }
  }
}
