package autopar.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class PlanSchemaTest {
  private static final Schema SCHEMA = schema();

  private static Schema schema() {
    InputStream text = PlanSchemaTest.class.getResourceAsStream("/autopar/plan/plan.schema.json");
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(text);
  }

  private static boolean valid(String text) {
    return SCHEMA.validate(text, InputFormat.JSON).isEmpty();
  }

  @Test
  void acceptsWhatTheWriterWrites() {
    assertThat(SCHEMA.validate(PlanJson.write(SamplePlan.plan()), InputFormat.JSON)).isEmpty();
    String mixed = PlanJson.write(SamplePlan.onHostsThatDiffer());
    assertThat(SCHEMA.validate(mixed, InputFormat.JSON)).isEmpty();
    assertThat(valid(mixed.replace("\"device\": \"B\"", "\"devise\": \"B\""))).isFalse();
  }

  @Test
  void rejectsMissingKeysAndWrongTypes() {
    String text = PlanJson.write(SamplePlan.plan());
    assertThat(valid(text.replace("\"gap\"", "\"gab\""))).isFalse();
    assertThat(valid(text.replace("\"idle\": [4]", "\"idle\": [\"4\"]"))).isFalse();
    assertThat(valid(text.replace("\"1f1b\"", "\"1f2b\""))).isFalse();
    assertThat(valid(text.replace("\"zero\": 1", "\"zero\": 4"))).isFalse();
    assertThat(valid(text.replace("\"in_flight\": 2, ", ""))).isFalse();
    assertThat(valid(text.replace("\"version\": 1", "\"version\": 2"))).isFalse();
    assertThat(valid(text.replace("\"search\"", "\"sauce\""))).isFalse();
  }
}
