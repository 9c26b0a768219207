package autopar.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
  private static final List<String> NAMES = List.of("hidden", "heads", "head", "layers");

  @Test
  void findsTheNearestName() {
    assertThat(Suggestion.among(NAMES, "hiden")).contains("hidden");
    assertThat(Suggestion.among(NAMES, "hedas")).contains("heads");
    assertThat(Suggestion.among(NAMES, "layer")).contains("layers");
  }

  @Test
  void isSilentAboutStrangers() {
    assertThat(Suggestion.among(NAMES, "vocabulary")).isEmpty();
    assertThat(Suggestion.among(NAMES, "x")).isEmpty();
    assertThat(Suggestion.among(List.of(), "x")).isEmpty();
  }
}
