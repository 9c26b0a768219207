package autopar.text;

import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;

/** Places of tokens. ANTLR counts code points, {@link SourceSpan} counts UTF-16 units. */
final class TokenSpans {

  private final SourceFile file;
  private final boolean shifted;

  TokenSpans(SourceFile file) {
    this.file = file;
    this.shifted = file.text().codePointCount(0, file.text().length()) != file.text().length();
  }

  SourceSpan of(Token token) {
    return between(token, token);
  }

  /** Everything that {@code context} matched. */
  SourceSpan of(ParserRuleContext context) {
    Token stop = context.getStop() == null ? context.getStart() : context.getStop();
    return between(context.getStart(), stop);
  }

  /** The place right after {@code token}. */
  SourceSpan after(Token token) {
    int end = offset(token.getStopIndex() + 1);
    return file.span(end, end);
  }

  private SourceSpan between(Token first, Token last) {
    int length = file.text().length();
    int start = first.getType() == Token.EOF ? length : offset(first.getStartIndex());
    int end = last.getType() == Token.EOF ? length : offset(last.getStopIndex() + 1);
    return file.span(start, Math.max(start, end));
  }

  private int offset(int codePoints) {
    int index = Math.max(0, codePoints);
    return shifted ? file.text().offsetByCodePoints(0, index) : index;
  }
}
