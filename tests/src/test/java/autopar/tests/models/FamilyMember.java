package autopar.tests.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One size of a model family: how its file follows from the family's, and what it must hold.
 *
 * @param file name of the model file, without its ending
 * @param family the file it is a size of
 * @param dims dims that differ, with their values
 * @param parameters number of parameters, each tied tensor counted once
 * @param title what the first line of the file calls it
 * @param edits constants that differ and are no dims: text of the family to text of the member
 * @param note a further line of the file's opening comment, or empty
 */
record FamilyMember(
    String file,
    String family,
    Map<String, String> dims,
    long parameters,
    String title,
    Map<String, String> edits,
    String note) {

  private static final String TABLE = "/models/families.txt";

  /** All members, in the order of the table. */
  static List<FamilyMember> all() {
    try (InputStream in = FamilyMember.class.getResourceAsStream(TABLE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(FamilyMember::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FamilyMember parse(String line) {
    String[] columns = line.split(" *\\| *", -1);
    return new FamilyMember(
        columns[0],
        columns[1],
        pairs(columns[2], " ", "="),
        Long.parseLong(columns[3]),
        columns[4],
        columns.length > 5 ? pairs(columns[5], " ; ", " => ") : Map.of(),
        columns.length > 6 ? columns[6] : "");
  }

  private static Map<String, String> pairs(String text, String separator, String arrow) {
    Map<String, String> pairs = new LinkedHashMap<>();
    if (!text.isEmpty()) {
      for (String pair : text.split(separator, -1)) {
        String[] sides = pair.split(arrow, -1);
        pairs.put(sides[0], sides[1]);
      }
    }
    return pairs;
  }

  /** The name in the model's first statement: {@code opt_1_3b}. */
  String modelName() {
    return file.replaceAll("[-.]", "_");
  }

  /** The member's text, given the family's. */
  String render(String familyText) {
    List<String> lines = new ArrayList<>();
    boolean opening = true;
    for (String line : familyText.lines().toList()) {
      opening &= line.startsWith("//");
      if (!opening) {
        lines.add(withDims(line));
      } else if (lines.isEmpty()) {
        lines.addAll(opening(line));
      } else if (!line.contains("--set")) {
        lines.add(line);
      }
    }
    String text = String.join("\n", lines) + "\n";
    text =
        replaced(text, "model " + family.replace('-', '_') + "\n", "model " + modelName() + "\n");
    for (Map.Entry<String, String> edit : edits.entrySet()) {
      text = replaced(text, edit.getKey(), edit.getValue());
    }
    return text;
  }

  private List<String> opening(String familyLine) {
    String character = familyLine.substring(familyLine.indexOf(": ") + 2);
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, "// %s: %,d parameters.", title, parameters));
    if (!note.isEmpty()) {
      lines.add("// " + note);
    }
    lines.add("// " + character.substring(0, 1).toUpperCase(Locale.ROOT) + character.substring(1));
    return lines;
  }

  private String withDims(String line) {
    String text = line;
    if (line.startsWith("dim ")) {
      for (Map.Entry<String, String> dim : dims.entrySet()) {
        Pattern value = Pattern.compile("(?<= )" + Pattern.quote(dim.getKey()) + " = [^,]+");
        text =
            value
                .matcher(text)
                .replaceFirst(Matcher.quoteReplacement(dim.getKey() + " = " + dim.getValue()));
      }
    }
    return text;
  }

  private String replaced(String text, String from, String to) {
    if (!text.contains(from)) {
      throw new IllegalStateException("'%s' of %s is not in %s.ir".formatted(from, file, family));
    }
    return text.replace(from, to);
  }
}
