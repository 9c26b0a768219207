package autopar.diagnostics;

import java.util.List;

/** The user's input is wrong; carries everything that was found, at least one error. */
public final class InvalidInput extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<Diagnostic> diagnostics;

  public InvalidInput(List<Diagnostic> diagnostics) {
    super(firstError(diagnostics), null, false, false);
    this.diagnostics = List.copyOf(diagnostics);
  }

  public InvalidInput(Diagnostic diagnostic) {
    this(List.of(diagnostic));
  }

  /** Everything found, in the order of the text; warnings too. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }

  private static String firstError(List<Diagnostic> diagnostics) {
    for (Diagnostic d : diagnostics) {
      if (d.isError()) {
        return (d.span().exists() ? d.span() + ": " : "") + d.code() + ": " + d.message();
      }
    }
    throw new IllegalArgumentException("invalid input needs an error");
  }
}
