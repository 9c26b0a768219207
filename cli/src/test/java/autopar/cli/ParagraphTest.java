package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ParagraphTest {
  @Test
  void breaksAtWordsUnderTheFirst() {
    assertThat(Paragraph.of("note: ", "one two three four", 16))
        .isEqualTo("note: one two\n      three four\n");
  }

  @Test
  void breaksLongListsAfterCommasAndSlashes() {
    assertThat(Paragraph.of("    ", "      ", "--force mesh=1x2/3x4,layers=1/2", 18))
        .isEqualTo("    --force\n      mesh=1x2/\n      3x4,\n      layers=1/2\n");
  }

  @Test
  void cutsWhatCannotBeBroken() {
    assertThat(Paragraph.of("  ", "abcdefghij", 8)).isEqualTo("  abc...\n");
    assertThat(Paragraph.of("", "", 8)).isEqualTo("\n");
  }
}
