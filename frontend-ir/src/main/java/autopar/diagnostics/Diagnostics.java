package autopar.diagnostics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects findings; keeps at most {@value #LIMIT} and then one that says that there are more.
 *
 * <p>Not for use by several threads.
 */
public final class Diagnostics {

  /** How many findings are kept. */
  public static final int LIMIT = 100;

  private final List<Diagnostic> found = new ArrayList<>();
  private int errors;

  public void add(Diagnostic diagnostic) {
    errors += diagnostic.isError() ? 1 : 0;
    if (found.size() < LIMIT) {
      found.add(diagnostic);
    } else if (found.size() == LIMIT) {
      found.add(
          Diagnostic.error(
              "AP0100",
              diagnostic.span(),
              "too many errors: only the first " + LIMIT + " are shown"));
    }
  }

  public void error(String code, SourceSpan span, String message) {
    add(Diagnostic.error(code, span, message));
  }

  public void warning(String code, SourceSpan span, String message) {
    add(Diagnostic.warning(code, span, message));
  }

  public boolean hasErrors() {
    return errors > 0;
  }

  /** How many errors were found, those beyond the limit too. */
  public int errorCount() {
    return errors;
  }

  /** True once the limit is reached: looking for more is useless. */
  public boolean full() {
    return found.size() > LIMIT;
  }

  /** The findings in the order of their text: first file first, top to bottom. */
  public List<Diagnostic> all() {
    List<SourceFile> files = new ArrayList<>();
    for (Diagnostic d : found) {
      if (!files.contains(d.span().file())) {
        files.add(d.span().file());
      }
    }
    int kept = Math.min(found.size(), LIMIT);
    List<Diagnostic> sorted = new ArrayList<>(found.subList(0, kept));
    sorted.sort(
        Comparator.<Diagnostic>comparingInt(d -> files.indexOf(d.span().file()))
            .thenComparingInt(d -> d.span().start()));
    sorted.addAll(found.subList(kept, found.size()));
    return List.copyOf(sorted);
  }

  /**
   * Ends a pass over wrong input.
   *
   * @throws InvalidInput with all findings if one of them is an error
   */
  public void throwIfErrors() {
    if (errors > 0) {
      throw new InvalidInput(all());
    }
  }
}
