package autopar.diagnostics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One finding about the user's input.
 *
 * <p>{@code code} is stable ("AP0201"); {@code message} is one line without the position; {@code
 * hint} says what would fix it.
 */
public record Diagnostic(
    String code,
    Severity severity,
    SourceSpan span,
    String message,
    List<Note> notes,
    Optional<String> hint) {

  public Diagnostic {
    notes = List.copyOf(notes);
  }

  public static Diagnostic error(String code, SourceSpan span, String message) {
    return new Diagnostic(code, Severity.ERROR, span, message, List.of(), Optional.empty());
  }

  public static Diagnostic warning(String code, SourceSpan span, String message) {
    return new Diagnostic(code, Severity.WARNING, span, message, List.of(), Optional.empty());
  }

  public Diagnostic withNote(SourceSpan place, String text) {
    List<Note> extended = new ArrayList<>(notes);
    extended.add(new Note(place, text));
    return new Diagnostic(code, severity, span, message, extended, hint);
  }

  public Diagnostic withHint(String text) {
    return new Diagnostic(code, severity, span, message, notes, Optional.of(text));
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }
}
