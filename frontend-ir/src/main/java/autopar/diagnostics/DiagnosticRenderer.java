package autopar.diagnostics;

import java.util.List;

/**
 * The text form of diagnostics: position, code and message, the source line with a caret under the
 * span, notes, hint.
 *
 * <pre>
 * gpt.ir:14:36: error AP0201: operand shapes do not fit: ...
 *   14 |   let a = einsum("bsh,hf->bsf", h, w1)
 *      |                                    ^^
 *   note: gpt.ir:6:3: 'w1' is declared here
 *   hint: factor h is 4096 in 'h' and 4000 in 'w1'
 * </pre>
 */
public final class DiagnosticRenderer {

  /** Longer source lines are cut around the span. */
  private static final int WIDTH = 100;

  private DiagnosticRenderer() {}

  /** All findings, each ended by a line break. */
  public static String render(List<Diagnostic> diagnostics) {
    StringBuilder out = new StringBuilder();
    for (Diagnostic d : diagnostics) {
      out.append(render(d));
    }
    return out.toString();
  }

  /** One finding, ended by a line break. */
  public static String render(Diagnostic d) {
    StringBuilder out = new StringBuilder();
    if (d.span().exists()) {
      out.append(printable(d.span().toString())).append(": ");
    }
    out.append(d.severity().text()).append(' ').append(d.code()).append(": ");
    out.append(printable(d.message())).append('\n');
    if (d.span().exists() && !d.span().file().text().isEmpty()) {
      appendSource(out, d.span());
    }
    for (Note note : d.notes()) {
      out.append("  note: ");
      if (note.span().exists()) {
        out.append(printable(note.span().toString())).append(": ");
      }
      out.append(printable(note.message())).append('\n');
    }
    d.hint().ifPresent(h -> out.append("  hint: ").append(printable(h)).append('\n'));
    return out.toString();
  }

  private static void appendSource(StringBuilder out, SourceSpan span) {
    int line = span.line();
    String text = span.file().lineText(line).replace('\t', ' ');
    int from = Math.min(span.column() - 1, text.length());
    int length = Math.max(1, Math.min(span.end() - span.start(), text.length() - from));
    if (text.length() > WIDTH) {
      int cut = Math.max(0, Math.min(from - WIDTH / 3, text.length() - WIDTH));
      text = text.substring(cut, Math.min(text.length(), cut + WIDTH));
      from -= cut;
      length = Math.max(1, Math.min(length, text.length() - from));
    }
    String number = Integer.toString(line);
    out.append("  ").append(number).append(" | ").append(printable(text)).append('\n');
    out.append("  ").append(" ".repeat(number.length())).append(" | ");
    out.append(" ".repeat(from)).append("^".repeat(length)).append('\n');
  }

  // Control characters of a broken file must not reach the terminal.
  private static String printable(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean bad = Character.isISOControl(c) || Character.isSurrogate(c) && !paired(text, i);
      if (bad && out == null) {
        out = new StringBuilder(text);
      }
      if (bad) {
        out.setCharAt(i, '?');
      }
    }
    return out == null ? text : out.toString();
  }

  private static boolean paired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
