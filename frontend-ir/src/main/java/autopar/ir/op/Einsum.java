package autopar.ir.op;

import java.util.ArrayList;
import java.util.List;

/**
 * A product of one or two tensors in index notation: {@code einsum("bsh,hf->bsf", x, w)}.
 *
 * <p>{@code operands} and {@code result} hold one letter per dimension. A letter that the result
 * lacks is summed; it must occur in both operands. Letters are the factor names.
 */
public record Einsum(List<String> operands, String result) implements ForwardOp {

  public Einsum {
    operands = List.copyOf(operands);
    if (operands.isEmpty() || operands.size() > 2) {
      throw new IllegalArgumentException(
          "an einsum has one or two operands, not " + operands.size());
    }
    List<String> all = new ArrayList<>(operands);
    all.add(result);
    for (String letters : all) {
      requireDistinctLetters(letters);
    }
    for (int i = 0; i < result.length(); i++) {
      char letter = result.charAt(i);
      if (operands.stream().noneMatch(o -> o.indexOf(letter) >= 0)) {
        throw new IllegalArgumentException(
            "letter '" + letter + "' of the result is in no operand");
      }
    }
    for (String letters : operands) {
      for (int i = 0; i < letters.length(); i++) {
        char letter = letters.charAt(i);
        if (result.indexOf(letter) < 0
            && (operands.size() == 1 || operands.stream().anyMatch(o -> o.indexOf(letter) < 0))) {
          throw new IllegalArgumentException(
              "letter '" + letter + "' is summed but occurs in one operand only; reduce it first");
        }
      }
    }
  }

  /**
   * Parses {@code "bsh,hf->bsf"}; blanks are ignored.
   *
   * @throws IllegalArgumentException with a message for the user when the text is no such equation
   */
  public static Einsum of(String equation) {
    String text = equation.replace(" ", "");
    int arrow = text.indexOf("->");
    if (arrow < 0) {
      throw new IllegalArgumentException("an einsum equation needs '->', as in \"bsh,hf->bsf\"");
    }
    return new Einsum(List.of(text.substring(0, arrow).split(",", -1)), text.substring(arrow + 2));
  }

  /** The equation in its one spelling. */
  public String equation() {
    return String.join(",", operands) + "->" + result;
  }

  private static void requireDistinctLetters(String letters) {
    for (int i = 0; i < letters.length(); i++) {
      char c = letters.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')) {
        throw new IllegalArgumentException("'" + c + "' is not a letter of an einsum equation");
      }
      if (letters.indexOf(c, i + 1) >= 0) {
        throw new IllegalArgumentException("letter '" + c + "' repeats within '" + letters + "'");
      }
    }
  }
}
