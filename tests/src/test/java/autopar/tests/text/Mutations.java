package autopar.tests.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Small random damage to model texts, the same for the same seed: characters, words, numbers and
 * lines are deleted, doubled, swapped, replaced or taken from another model.
 */
public final class Mutations {
  private static final Pattern WORD =
      Pattern.compile("//[^\n]*|[A-Za-z_][A-Za-z0-9_.]*|[0-9][0-9.eE]*|\"[^\"\n]*\"|\\S");

  private static final String[] NUMBERS = {
    "0",
    "-1",
    "1",
    "2",
    "3",
    "7",
    "1.5",
    "1e-5",
    "1e400",
    "4096",
    "1000003",
    "4611686018427387904",
    "4611686018427387905",
    "9223372036854775807",
    "9223372036854775808",
    "1" + "0".repeat(40)
  };

  private static final String[] WORDS = {
    "let",
    "param",
    "frozen",
    "block",
    "repeat",
    "return",
    "loss",
    "output",
    "input",
    "dim",
    "batch",
    "model",
    "include",
    "pin",
    "i32",
    "f32",
    "bool",
    "causal",
    "none",
    "prefix(3)",
    "true",
    "zeros",
    "ones",
    "normal(0.1)",
    "uniform(1, 0)",
    "relu",
    "gelu",
    "softmax",
    "layer_norm",
    "einsum",
    "attention",
    "transpose",
    "reshape",
    "slice",
    "concat",
    "pad",
    "dropout",
    "rope",
    "reduce_sum",
    "reduce_max",
    "max",
    "conv2d",
    "max_pool",
    "avg_pool",
    "batch_norm",
    "group_norm",
    "embedding",
    "cross_entropy",
    "broadcast",
    "positions",
    "alibi",
    "permutation",
    "shape",
    "eps",
    "scale",
    "mask",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "=",
    "+",
    "-",
    "*",
    "/",
    "\"",
    "//",
    "\"bsh,hf->bsf\"",
    "\"ab->ba\"",
    "\"\"",
    "[0, 1]",
    "[batch, 2]",
    "x",
    "$",
    "\u00e9",
    "\ud83d\ude00"
  };

  private final List<String> models;
  private final Random random;

  /** Damage to texts of {@code models}. */
  public Mutations(List<String> models, long seed) {
    this.models = List.copyOf(models);
    this.random = new Random(seed);
  }

  /** The next damaged text: one to four mutations of one model. */
  public String next() {
    String text = pick(models);
    for (int n = 1 + random.nextInt(4) * random.nextInt(2); n > 0; n--) {
      text = mutate(text);
    }
    return text;
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String mutate(String text) {
    return switch (random.nextInt(10)) {
      case 0 -> character(text);
      case 1, 2 -> line(text);
      case 3 -> number(text);
      default -> word(text);
    };
  }

  private String character(String text) {
    if (text.isEmpty()) {
      return "m";
    }
    int at = random.nextInt(text.length());
    String insert =
        String.valueOf(
            (char) (random.nextInt(20) == 0 ? random.nextInt(0x3000) : 32 + random.nextInt(95)));
    return switch (random.nextInt(3)) {
      case 0 -> text.substring(0, at) + text.substring(at + 1);
      case 1 -> text.substring(0, at) + insert + text.substring(at);
      default -> text.substring(0, at) + insert + text.substring(at + 1);
    };
  }

  private String line(String text) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) {
      return "model m";
    }
    int at = random.nextInt(lines.size());
    int other = random.nextInt(lines.size());
    switch (random.nextInt(5)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(other, lines.get(at));
      case 2 -> lines.set(at, lines.set(other, lines.get(at)));
      case 3 -> {
        List<String> foreign = pick(models).lines().toList();
        lines.add(at, foreign.get(random.nextInt(foreign.size())));
      }
      default -> lines.subList(Math.min(at, other), Math.max(at, other)).clear();
    }
    return String.join("\n", lines);
  }

  private String number(String text) {
    Matcher m = Pattern.compile("\\b[0-9][0-9.e-]*").matcher(text);
    List<int[]> found = new ArrayList<>();
    while (m.find()) {
      found.add(new int[] {m.start(), m.end()});
    }
    return found.isEmpty()
        ? text
        : replace(text, pick(found, 0), NUMBERS[random.nextInt(NUMBERS.length)]);
  }

  private int[] pick(List<int[]> found, int from) {
    return found.get(from + random.nextInt(found.size() - from));
  }

  private String word(String text) {
    List<int[]> found = new ArrayList<>();
    Matcher m = WORD.matcher(text);
    while (m.find()) {
      found.add(new int[] {m.start(), m.end()});
    }
    if (found.isEmpty()) {
      return "model m";
    }
    int[] a = pick(found, 0);
    int[] b = pick(found, 0);
    String wordOfB = text.substring(b[0], b[1]);
    return switch (random.nextInt(5)) {
      case 0 -> replace(text, a, "");
      case 1 -> replace(text, a, text.substring(a[0], a[1]) + " " + wordOfB);
      case 2, 3 -> replace(text, a, wordOfB);
      default -> replace(text, a, WORDS[random.nextInt(WORDS.length)]);
    };
  }

  private static String replace(String text, int[] range, String by) {
    return text.substring(0, range[0]) + by + text.substring(range[1]);
  }
}
