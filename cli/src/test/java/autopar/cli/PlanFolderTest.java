package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanFolderTest {
  @TempDir private Path temp;

  private static Map<String, String> files(String version) {
    return Map.of(PlanFolder.PLAN, version, PlanFolder.MODEL, version);
  }

  private long entries() throws IOException {
    try (Stream<Path> list = Files.list(temp)) {
      return list.count();
    }
  }

  @Test
  void createsAndReplacesWithoutLeftovers() throws IOException {
    Path folder = temp.resolve("a.plan");
    PlanFolder.replace(folder, files("one"));
    Files.writeString(folder.resolve("report.html"), "of the old plan");
    PlanFolder.replace(folder, files("two"));
    assertThat(folder.resolve(PlanFolder.PLAN)).hasContent("two");
    assertThat(folder.resolve("report.html")).doesNotExist();
    assertThat(entries()).isEqualTo(1);
  }

  @Test
  void createsFoldersOnTheWay() {
    Path folder = temp.resolve("deep/er/a.plan");
    PlanFolder.replace(folder, files("one"));
    assertThat(folder.resolve(PlanFolder.MODEL)).hasContent("one");
  }

  @Test
  void aReaderNeverSeesAFolderThatIsMissingOrHalf() throws Exception {
    Path folder = temp.resolve("a.plan");
    PlanFolder.replace(folder, files("0"));
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger gaps = new AtomicInteger();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!done.get()) {
                if (!Files.exists(folder.resolve(PlanFolder.PLAN))) {
                  gaps.incrementAndGet();
                }
              }
            });
    for (int i = 1; i <= 50; i++) {
      PlanFolder.replace(folder, files(Integer.toString(i)));
    }
    done.set(true);
    reader.join();
    assertThat(gaps).hasValue(0);
    assertThat(folder.resolve(PlanFolder.PLAN)).hasContent("50");
    assertThat(entries()).isEqualTo(1);
  }

  @Test
  void refusesToReplaceWhatIsNoPlan() throws IOException {
    Path precious = Files.createDirectory(temp.resolve("thesis"));
    assertThatCode(() -> PlanFolder.checkReplaceable(precious)).doesNotThrowAnyException();
    Files.writeString(precious.resolve("chapter1.tex"), "years of work");
    assertThatThrownBy(() -> PlanFolder.checkReplaceable(precious))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("holds no plan");
    assertThatThrownBy(() -> PlanFolder.checkReplaceable(precious.resolve("chapter1.tex")))
        .isInstanceOf(InvalidInput.class);
    assertThatCode(() -> PlanFolder.checkReplaceable(temp.resolve("none")))
        .doesNotThrowAnyException();
  }

  @Test
  void aFailureLeavesTheOldFolder() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThatThrownBy(() -> PlanFolder.replace(file.resolve("a.plan"), files("one")))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("a.plan");
    Path folder = temp.resolve("a.plan");
    PlanFolder.replace(folder, files("one"));
    assertThatThrownBy(() -> PlanFolder.replace(folder, Map.of("no/such/folder", "two")))
        .isInstanceOf(RunFailure.class);
    assertThat(folder.resolve(PlanFolder.PLAN)).hasContent("one");
    assertThat(entries()).isEqualTo(2);
  }
}
