package autopar.tests.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Families have one source of truth: a member's file is its family's with other dims. */
final class ModelFilesTest {
  /** Files that are no size of another one. */
  private static final Set<String> WRITTEN_BY_HAND =
      Set.of(
          "alpa-moe",
          "bert",
          "bloom",
          "deepseek-moe-16b",
          "gpt",
          "llama",
          "mixtral",
          "mlp",
          "opt",
          "opt-350m",
          "qwen3-moe",
          "t5",
          "wide-resnet");

  @Test
  void everyMemberIsItsFamilyWithItsDims() throws IOException {
    for (FamilyMember member : FamilyMember.all()) {
      String expected = member.render(ShippedModels.source(member.family()).text());
      if (Boolean.getBoolean("autopar.models.write")) {
        Files.writeString(ShippedModels.path(member.file()), expected);
      }
      assertThat(ShippedModels.source(member.file()).text()).as(member.file()).isEqualTo(expected);
    }
  }

  @Test
  void everyFileIsInTheTableOrWrittenByHand() {
    Set<String> known = new TreeSet<>(WRITTEN_BY_HAND);
    FamilyMember.all().forEach(m -> known.add(m.file()));
    assertThat(ShippedModels.names()).isEqualTo(List.copyOf(known));
  }

  @Test
  void everyFileStandsAlone() {
    for (String name : ShippedModels.names()) {
      assertThat(ShippedModels.source(name).text()).as(name).doesNotContain("include");
    }
  }

  @Test
  void everyDimOfTheTableReachesTheFile() {
    for (FamilyMember member : FamilyMember.all()) {
      String text = ShippedModels.source(member.file()).text();
      member.dims().forEach((dim, value) -> assertThat(text).contains(dim + " = " + value));
    }
  }
}
