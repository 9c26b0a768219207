package autopar.runtime.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Records of a checkpoint as JSON, keys in the order of their components. Text on disk is sealed:
 * its last key is the CRC-32C of all bytes before that key, so that no damage goes unseen.
 */
final class CheckpointJson {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private static final DefaultPrettyPrinter LAYOUT =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private static final String SEAL = ",\n  \"crc32c\" : \"%s\"\n}\n";

  private CheckpointJson() {}

  static String compact(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static <T> T parse(String json, Class<T> type) throws JsonProcessingException {
    return JSON.readValue(json, type);
  }

  static byte[] sealed(Object value) {
    String text;
    try {
      text = JSON.writer(LAYOUT).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    byte[] body = Utf8.encode(text.substring(0, text.length() - "\n}".length()));
    byte[] seal = seal(body, body.length);
    byte[] all = Arrays.copyOf(body, body.length + seal.length);
    System.arraycopy(seal, 0, all, body.length, seal.length);
    return all;
  }

  /**
   * The text of sealed bytes.
   *
   * @throws IOException if the seal does not fit them
   */
  static String unsealed(byte[] bytes) throws IOException {
    int body = bytes.length - seal(bytes, 0).length;
    if (body < 0
        || !Arrays.equals(bytes, body, bytes.length, seal(bytes, body), 0, bytes.length - body)) {
      throw new IOException("its checksum does not fit: it is damaged, cut short or was edited");
    }
    try {
      return Utf8.decode(bytes);
    } catch (CharacterCodingException e) {
      throw new IOException("it is not UTF-8", e);
    }
  }

  private static byte[] seal(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return SEAL.formatted(FileDigest.hex(checksum)).getBytes(StandardCharsets.US_ASCII);
  }
}
