package autopar.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** An installed Chromium without a window, and the pages that it opens. */
final class Pages implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private final Playwright playwright;
  private final Browser browser;

  private Pages(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Starts the browser; where none is installed, the tests of the caller are skipped. */
  static Pages open() {
    Path executable = installed();
    Assumptions.assumeTrue(executable != null, "no Chromium on the PATH: apt-get install chromium");
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(executable)
                    .setArgs(List.of("--no-sandbox")));
    return new Pages(playwright, browser);
  }

  private static Path installed() {
    for (String folder : System.getenv("PATH").split(":")) {
      for (String name : NAMES) {
        Path file = Path.of(folder, name);
        if (Files.isExecutable(file)) {
          return file;
        }
      }
    }
    return null;
  }

  /** A page that is ready, and what went wrong while it became so. */
  record Loaded(Page page, List<String> complaints, List<String> requests)
      implements AutoCloseable {

    /** The value of a script; numbers are integers or doubles. */
    Object ask(String script) {
      return page.evaluate(script);
    }

    double number(String script) {
      return ((Number) ask(script)).doubleValue();
    }

    /** Waits until a script says true; asked from here, since the page forbids its own eval. */
    void await(String script) {
      page.waitForCondition(() -> Boolean.TRUE.equals(ask(script)));
    }

    @Override
    public void close() {
      assertThat(complaints).isEmpty();
      assertThat(requests).hasSize(1).allMatch(url -> url.startsWith("file:"));
      page.context().close();
    }
  }

  Loaded load(Path file) {
    return load(file, 1280, ColorScheme.LIGHT);
  }

  Loaded load(Path file, int width, ColorScheme scheme) {
    Page page =
        browser
            .newContext(
                new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme))
            .newPage();
    List<String> complaints = new ArrayList<>();
    List<String> requests = new ArrayList<>();
    page.onConsoleMessage(message -> {
      if (!message.type().equals("log")) {
        complaints.add(message.type() + ": " + message.text());
      }
    });
    page.onPageError(complaints::add);
    page.onDialog(dialog -> {
      complaints.add("dialog: " + dialog.message());
      dialog.dismiss();
    });
    page.onRequest(request -> requests.add(request.url()));
    page.navigate(file.toUri().toString());
    page.waitForSelector("html.drawn");
    return new Loaded(page, complaints, requests);
  }

  /** The page as one sees it where scripts do not run. */
  Page withoutScripts(Path file) {
    Page page =
        browser.newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false)).newPage();
    page.navigate(file.toUri().toString());
    return page;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
