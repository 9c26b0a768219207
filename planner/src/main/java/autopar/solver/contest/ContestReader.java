package autopar.solver.contest;

import autopar.solver.IntraOpProblem;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads an instance in the contest's JSON form, plain or gzipped, as a stream: memory is that of
 * the numbers, not of the text.
 *
 * <p>The form is {@code {"problem": {"name", "nodes": {"intervals", "costs", "usages"}, "edges":
 * {"nodes", "costs"}, "usage_limit"}}}; keys may come in any order and unknown ones are skipped.
 */
public final class ContestReader {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonParser in;
  private String name = "problem";
  private List<long[]> intervals;
  private List<long[]> costs;
  private List<long[]> usages;
  private List<long[]> edgeNodes;
  private List<long[]> edgeCosts;
  private long usageLimit = -1;
  private long[] buffer = new long[1024];

  private ContestReader(JsonParser in) {
    this.in = in;
  }

  /**
   * Reads the instance in {@code file}.
   *
   * @throws IOException if the file cannot be read
   * @throws BadInstance if it is not JSON of the contest's form or its parts do not fit together
   */
  public static IntraOpProblem read(Path file) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      raw.mark(2);
      boolean zipped = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      return read(zipped ? new GZIPInputStream(raw, 1 << 16) : raw);
    } catch (ZipException | EOFException damaged) {
      throw new BadInstance("the compressed file is damaged: " + damaged.getMessage(), 0, 0);
    }
  }

  /** Reads an instance from plain JSON. */
  public static IntraOpProblem read(InputStream json) throws IOException {
    try (JsonParser in = JSON.createParser(json)) {
      return new ContestReader(in).document();
    } catch (JsonParseException wrong) {
      throw at(wrong.getLocation(), "not JSON: " + wrong.getOriginalMessage());
    } catch (StreamReadException wrong) {
      throw at(wrong.getLocation(), wrong.getOriginalMessage());
    }
  }

  private IntraOpProblem document() throws IOException {
    expect(in.nextToken(), JsonToken.START_OBJECT, "an object with the key 'problem'");
    boolean found = false;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      in.nextToken();
      if (key.equals("problem")) {
        problem();
        found = true;
      } else {
        in.skipChildren();
      }
    }
    if (!found) {
      throw here("there is no key 'problem'");
    }
    JsonToken rest = in.nextToken();
    if (rest != null) {
      throw here("something follows the problem");
    }
    return assemble();
  }

  private void problem() throws IOException {
    expect(in.currentToken(), JsonToken.START_OBJECT, "'problem' to be an object");
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      JsonToken value = in.nextToken();
      switch (key) {
        case "name" -> {
          expect(value, JsonToken.VALUE_STRING, "'name' to be a string");
          name = in.getText();
        }
        case "nodes" -> nodes();
        case "edges" -> edges();
        case "usage_limit" -> {
          if (value != JsonToken.VALUE_NULL) {
            usageLimit = number("usage_limit");
          }
        }
        default -> in.skipChildren();
      }
    }
  }

  private void nodes() throws IOException {
    expect(in.currentToken(), JsonToken.START_OBJECT, "'nodes' to be an object");
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      in.nextToken();
      switch (key) {
        case "intervals" -> intervals = lists("intervals", 2);
        case "costs" -> costs = lists("costs", -1);
        case "usages" -> usages = lists("usages", -1);
        default -> in.skipChildren();
      }
    }
  }

  private void edges() throws IOException {
    expect(in.currentToken(), JsonToken.START_OBJECT, "'edges' to be an object");
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      in.nextToken();
      switch (key) {
        case "nodes" -> edgeNodes = lists("edges.nodes", -1);
        case "costs" -> edgeCosts = lists("edges.costs", -1);
        default -> in.skipChildren();
      }
    }
  }

  /** Reads a list of lists of numbers; every inner list has {@code length} entries unless -1. */
  private List<long[]> lists(String key, int length) throws IOException {
    expect(in.currentToken(), JsonToken.START_ARRAY, "'" + key + "' to be a list of lists");
    List<long[]> lists = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      expect(in.currentToken(), JsonToken.START_ARRAY, "an entry of '" + key + "' to be a list");
      int count = 0;
      while (in.nextToken() != JsonToken.END_ARRAY) {
        if (count == buffer.length) {
          buffer = Arrays.copyOf(buffer, 2 * count);
        }
        buffer[count++] = number(key);
      }
      if (length >= 0 && count != length) {
        throw here("an entry of '" + key + "' has " + count + " numbers, expected " + length);
      }
      lists.add(Arrays.copyOf(buffer, count));
    }
    return lists;
  }

  private long number(String key) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      long value;
      try {
        value = in.getLongValue();
      } catch (StreamReadException tooLarge) {
        throw here("a number of '" + key + "' does not fit 64 bits");
      }
      if (value < 0 && !key.equals("intervals")) {
        throw here("a number of '" + key + "' is negative: " + value);
      }
      return value;
    }
    if (in.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
      double value = in.getDoubleValue();
      if (value >= 0 && value < 9e18 && value == Math.rint(value)) {
        return (long) value;
      }
    }
    throw here("expected a whole number in '" + key + "'");
  }

  private IntraOpProblem assemble() {
    require(intervals != null, "there is no 'nodes.intervals'");
    require(costs != null, "there is no 'nodes.costs'");
    require(usages != null, "there is no 'nodes.usages'");
    require(costs.size() == intervals.size(), "there must be as many 'costs' as 'intervals'");
    require(usages.size() == intervals.size(), "there must be as many 'usages' as 'intervals'");
    if (edgeNodes == null && edgeCosts == null) {
      edgeNodes = List.of();
      edgeCosts = List.of();
    }
    require(edgeNodes != null, "there is no 'edges.nodes'");
    require(edgeCosts != null, "there is no 'edges.costs'");
    require(edgeNodes.size() == edgeCosts.size(), "there must be as many edge 'costs' as 'nodes'");
    IntraOpProblem.Builder builder = IntraOpProblem.builder(name);
    try {
      for (int i = 0; i < intervals.size(); i++) {
        long[] interval = intervals.get(i);
        builder.addNode(time(interval[0]), time(interval[1]), costs.get(i), usages.get(i));
      }
      for (int e = 0; e < edgeNodes.size(); e++) {
        int[] nodes = Arrays.stream(edgeNodes.get(e)).mapToInt(ContestReader::time).toArray();
        builder.addEdgeOwned(nodes, edgeCosts.get(e));
      }
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw new BadInstance(wrong.getMessage(), 0, 0);
    }
    if (usageLimit >= 0) {
      builder.usageLimit(usageLimit);
    }
    return builder.build();
  }

  private static int time(long value) {
    require(value == (int) value, "the number " + value + " is too large");
    return (int) value;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new BadInstance(message, 0, 0);
    }
  }

  private void expect(JsonToken token, JsonToken wanted, String what) {
    if (token == null) {
      throw here("the file ends where " + what + " should be");
    }
    if (token != wanted) {
      throw here("expected " + what);
    }
  }

  private BadInstance here(String message) {
    return at(in.currentTokenLocation(), message);
  }

  private static BadInstance at(JsonLocation where, String message) {
    return new BadInstance(message, where.getLineNr(), where.getColumnNr());
  }
}
