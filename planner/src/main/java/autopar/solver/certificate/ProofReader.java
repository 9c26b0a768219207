package autopar.solver.certificate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;

/** Reads a proof that {@link ProofFile} wrote, step by step; a broken file is no proof. */
public final class ProofReader implements Iterator<ProofStep>, Closeable {
  private final JsonParser json;
  private final long bound;
  private boolean more;

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read or is not a proof
   */
  public ProofReader(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    json =
        new JsonFactory()
            .createParser(file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in);
    long found = -1;
    String format = "";
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME && !json.currentName().equals("steps")) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "bound" -> found = json.getLongValue();
        case "format" -> format = json.getText();
        default -> json.skipChildren();
      }
    }
    if (!format.equals("autopar-proof") || json.nextToken() != JsonToken.START_ARRAY) {
      json.close();
      throw new IOException("the file is no proof of autopar");
    }
    bound = found;
    advance();
  }

  /** The bound that the file claims. */
  public long bound() {
    return bound;
  }

  private void advance() throws IOException {
    more = json.nextToken() == JsonToken.START_ARRAY;
  }

  @Override
  public boolean hasNext() {
    return more;
  }

  @Override
  public ProofStep next() {
    if (!more) {
      throw new NoSuchElementException();
    }
    try {
      json.nextToken();
      ProofStep step = step(json.getText());
      ProofState.require(json.nextToken() == JsonToken.END_ARRAY, "a step is too long");
      advance();
      return step;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private ProofStep step(String name) throws IOException {
    return switch (name) {
      case "drop" -> new ProofStep.Drop(number(), ints(), ints());
      case "fix" -> new ProofStep.Fix(number());
      case "eliminate" -> new ProofStep.Eliminate(number());
      case "contract" -> new ProofStep.Contract(number(), number());
      case "separate" -> new ProofStep.Separate(number(), number());
      case "rows" -> new ProofStep.Rows(ints());
      case "weigh" -> new ProofStep.Weigh(ints(), longs(), potentials());
      case "finish" -> new ProofStep.Finish();
      case "branch" -> new ProofStep.Branch(number());
      default -> throw new InvalidProof("a step is called " + name);
    };
  }

  private int number() throws IOException {
    json.nextToken();
    return json.getIntValue();
  }

  private int[] ints() throws IOException {
    return Arrays.stream(longs()).mapToInt(Math::toIntExact).toArray();
  }

  private long[] longs() throws IOException {
    ProofState.require(json.nextToken() == JsonToken.START_ARRAY, "a list is missing");
    return numbers();
  }

  private long[] numbers() throws IOException {
    long[] numbers = new long[16];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = json.getLongValue();
    }
    return Arrays.copyOf(numbers, count);
  }

  private long[][][] potentials() throws IOException {
    ProofState.require(json.nextToken() == JsonToken.START_ARRAY, "a list is missing");
    List<long[][]> edges = new ArrayList<>();
    while (json.nextToken() == JsonToken.START_ARRAY) {
      List<long[]> ends = new ArrayList<>();
      while (json.nextToken() == JsonToken.START_ARRAY) {
        ends.add(numbers());
      }
      edges.add(ends.toArray(long[][]::new));
    }
    return edges.toArray(long[][][]::new);
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
