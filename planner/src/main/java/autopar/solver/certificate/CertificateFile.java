package autopar.solver.certificate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The text form of a certificate: {@code {"format": "autopar-bound", "version": 1, "bound",
 * "times", "prices", "potentials"}}; {@code bound} is for readers, the checker computes its own.
 */
public final class CertificateFile {
  private CertificateFile() {}

  /** Writes a certificate with the bound that the checker found. */
  public static void write(Path file, Certificate certificate, long bound) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file);
        JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("format", "autopar-bound");
      json.writeNumberField("version", 1);
      json.writeNumberField("bound", bound);
      json.writeFieldName("times");
      json.writeArray(certificate.times(), 0, certificate.times().length);
      json.writeFieldName("prices");
      json.writeArray(certificate.prices(), 0, certificate.prices().length);
      json.writeArrayFieldStart("potentials");
      for (long[][] edge : certificate.potentials()) {
        json.writeStartArray();
        for (long[] end : edge) {
          json.writeArray(end, 0, end.length);
        }
        json.writeEndArray();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  /**
   * Reads a certificate.
   *
   * @throws IOException if the file cannot be read or is not a certificate
   */
  public static Certificate read(Path file) throws IOException {
    try (JsonParser in = new JsonFactory().createParser(file.toFile())) {
      long[] times = {};
      long[] prices = {};
      List<long[][]> potentials = new ArrayList<>();
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String key = in.currentName();
        in.nextToken();
        switch (key) {
          case "times" -> times = numbers(in);
          case "prices" -> prices = numbers(in);
          case "potentials" -> {
            while (in.nextToken() == JsonToken.START_ARRAY) {
              List<long[]> ends = new ArrayList<>();
              while (in.nextToken() == JsonToken.START_ARRAY) {
                ends.add(numbers(in));
              }
              potentials.add(ends.toArray(long[][]::new));
            }
          }
          default -> in.skipChildren();
        }
      }
      if (times.length != prices.length) {
        throw new IOException("there must be as many prices as times");
      }
      return new Certificate(
          Arrays.stream(times).mapToInt(Math::toIntExact).toArray(),
          prices,
          potentials.toArray(long[][][]::new));
    }
  }

  private static long[] numbers(JsonParser in) throws IOException {
    long[] numbers = new long[16];
    int count = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = in.getLongValue();
    }
    return Arrays.copyOf(numbers, count);
  }
}
