package autopar.runtime;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Value;
import java.util.List;
import java.util.Map;

/**
 * Bytes of a text for models that predict the next token: a sample is a window at a random place,
 * its labels are the same window one byte later.
 */
public final class TextData implements StepData {

  private static final int BYTES = 256;

  private final byte[] text;
  private final String tokens;
  private final long length;
  private final long seed;

  /**
   * Windows of {@code text} for {@code graph}.
   *
   * @throws InvalidInput if the model has other inputs than tokens and labels of one shape, cannot
   *     tell 256 bytes apart, or the text is shorter than a sample
   */
  public TextData(Graph graph, byte[] text, long seed) {
    this.text = text;
    this.seed = seed;
    Map<String, InputRole> roles = InputRole.of(graph);
    List<Value> inputs = graph.inputs();
    boolean pair =
        inputs.size() == 2
            && roles.values().stream().anyMatch(r -> r instanceof InputRole.Tokens)
            && roles.values().stream().anyMatch(r -> r instanceof InputRole.Labels)
            && inputs.get(0).type().equals(inputs.get(1).type());
    if (!pair) {
      throw invalid(
          "text needs a model with one input of tokens and one of labels of the same shape",
          "use --data synthetic");
    }
    boolean wide =
        roles.values().stream()
            .allMatch(r ->
                switch (r) {
                  case InputRole.Tokens t -> t.rows() >= BYTES;
                  case InputRole.Labels l -> l.classes() >= BYTES;
                  case InputRole.Real real -> false;
                });
    if (!wide) {
      throw invalid(
          "text needs a vocabulary of at least 256: one token per byte", "--set vocab=256");
    }
    this.tokens =
        roles.entrySet().stream()
            .filter(e -> e.getValue() instanceof InputRole.Tokens)
            .findFirst()
            .orElseThrow()
            .getKey();
    this.length = inputs.get(0).type().elements(1);
    if (text.length <= length) {
      throw invalid(
          "the text has " + text.length + " bytes, a sample needs " + (length + 1),
          "use a longer text or a smaller seq");
    }
  }

  private static InvalidInput invalid(String message, String hint) {
    return new InvalidInput(Diagnostic.error("AP1003", SourceSpan.NONE, message).withHint(hint));
  }

  @Override
  public float element(int step, String input, long sample, long element) {
    long places = text.length - length;
    long key = CounterRandom.key(CounterRandom.key(seed, "text"), step);
    long start = (long) (CounterRandom.uniform(key, sample) * places);
    return text[(int) (start + element + (input.equals(tokens) ? 0 : 1))] & 0xff;
  }
}
