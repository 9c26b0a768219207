package autopar.tests.models;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of reference figures beside the project; tests that need it skip where it is absent.
 */
final class Reference {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Reference() {}

  /** A JSON file of the folder; skips the running test where there is none. */
  static JsonNode json(String file) throws IOException {
    Path beside = Path.of(System.getProperty("autopar.home"), "..", "shared", "reference");
    Path path = Path.of(System.getProperty("autopar.reference", beside.toString())).resolve(file);
    assumeTrue(Files.isReadable(path), "no reference figures at " + path.normalize());
    return MAPPER.readTree(path.toFile());
  }
}
