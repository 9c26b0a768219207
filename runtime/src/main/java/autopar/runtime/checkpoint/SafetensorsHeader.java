package autopar.runtime.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The header of a safetensors file: every tensor by name in the order of the data, and the strings
 * beside them. The tensors fill the data without overlap or hole, as the format demands.
 */
record SafetensorsHeader(
    SequencedMap<String, SafetensorsTensor> tensors, Map<String, String> metadata) {

  /** Bytes of the longest header that is read; the limit of the format's own implementation. */
  static final int LONGEST = 100_000_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** What is wrong with a file, and where. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  /**
   * Reads the text of a header.
   *
   * @param bytes the header without its length, which is the first 8 bytes of the file
   * @param dataBytes how long the rest of the file is
   */
  static SafetensorsHeader parse(byte[] bytes, long dataBytes) throws Malformed {
    JsonNode root = json(bytes);
    List<SafetensorsTensor> tensors = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals(SafetensorsWriter.METADATA)) {
        metadata.putAll(strings(field.getValue()));
      } else {
        tensors.add(tensor(field.getKey(), field.getValue()));
      }
    }
    tensors.sort(
        Comparator.comparingLong(SafetensorsTensor::begin)
            .thenComparingLong(SafetensorsTensor::end));
    checkThatDataIsCovered(tensors, dataBytes);
    SequencedMap<String, SafetensorsTensor> byName = new LinkedHashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    return new SafetensorsHeader(
        Collections.unmodifiableSequencedMap(byName), Collections.unmodifiableMap(metadata));
  }

  private static JsonNode json(byte[] bytes) throws Malformed {
    String text;
    try {
      text = Utf8.decode(bytes);
    } catch (CharacterCodingException e) {
      throw new Malformed("its header is not UTF-8");
    }
    if (!text.startsWith("{")) {
      throw new Malformed("byte 8: a header begins with '{'");
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      long characters = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getCharOffset());
      String before = text.substring(0, (int) Math.min(characters, text.length()));
      long position = Long.BYTES + before.getBytes(StandardCharsets.UTF_8).length;
      throw new Malformed("byte " + position + ": the header is no JSON: " + firstLine(e));
    }
  }

  private static String firstLine(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("");
  }

  private static Map<String, String> strings(JsonNode node) throws Malformed {
    Map<String, String> strings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isTextual()) {
        throw new Malformed("'" + field.getKey() + "' of its metadata is no string");
      }
      strings.put(field.getKey(), field.getValue().textValue());
    }
    if (!node.isObject()) {
      throw new Malformed("its metadata is no object");
    }
    return strings;
  }

  private static SafetensorsTensor tensor(String name, JsonNode node) throws Malformed {
    StoredDtype dtype = dtype(name, node.path("dtype"));
    List<Long> shape = naturals(name, "shape", node.path("shape"));
    List<Long> ends = naturals(name, "data_offsets", node.path("data_offsets"));
    if (ends.size() != 2 || ends.get(0) > ends.get(1)) {
      throw new Malformed("tensor '" + name + "': data_offsets " + ends + " are no range");
    }
    long held = ends.get(1) - ends.get(0);
    long needed;
    try {
      needed = shape.stream().reduce((long) dtype.bytes(), Math::multiplyExact);
    } catch (ArithmeticException e) {
      throw new Malformed("tensor '" + name + "': shape " + shape + " is too large");
    }
    if (held != needed) {
      throw new Malformed(
          ("tensor '%s': data_offsets %s hold %d bytes, but %s %s takes %d")
              .formatted(name, ends, held, dtype, shape, needed));
    }
    return new SafetensorsTensor(name, dtype, shape, ends.get(0), ends.get(1));
  }

  private static StoredDtype dtype(String name, JsonNode node) throws Malformed {
    return Arrays.stream(StoredDtype.values())
        .filter(dtype -> dtype.name().equals(node.textValue()))
        .findFirst()
        .orElseThrow(() -> new Malformed("tensor '" + name + "': no known dtype: " + node));
  }

  private static List<Long> naturals(String name, String key, JsonNode node) throws Malformed {
    List<Long> naturals = new ArrayList<>();
    for (JsonNode number : node) {
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
        throw new Malformed("tensor '" + name + "': " + key + " holds " + number);
      }
      naturals.add(number.longValue());
    }
    if (!node.isArray()) {
      throw new Malformed("tensor '" + name + "': " + key + " is no list");
    }
    return naturals;
  }

  private static void checkThatDataIsCovered(List<SafetensorsTensor> tensors, long dataBytes)
      throws Malformed {
    long covered = 0;
    for (SafetensorsTensor tensor : tensors) {
      if (tensor.end() > dataBytes) {
        throw new Malformed(
            "tensor '%s': ends at byte %d of the data, which is %d bytes long"
                .formatted(tensor.name(), tensor.end(), dataBytes));
      }
      if (tensor.begin() != covered) {
        throw new Malformed(
            "tensor '%s': begins at byte %d of the data, but the one before it ends at %d"
                .formatted(tensor.name(), tensor.begin(), covered));
      }
      covered = tensor.end();
    }
    if (covered != dataBytes) {
      throw new Malformed(
          "%d bytes follow the last tensor, which ends at byte %d of the data"
              .formatted(dataBytes - covered, covered));
    }
  }
}
