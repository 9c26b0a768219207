package autopar.text;

import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceSpan;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/** Gives the parser's complaints their place. */
final class SyntaxErrors extends BaseErrorListener {

  private final TokenSpans spans;
  private final Diagnostics diagnostics;
  private boolean found;

  SyntaxErrors(TokenSpans spans, Diagnostics diagnostics) {
    this.spans = spans;
    this.diagnostics = diagnostics;
  }

  boolean found() {
    return found;
  }

  @Override
  public void syntaxError(
      Recognizer<?, ?> recognizer,
      Object offending,
      int line,
      int column,
      String message,
      RecognitionException cause) {
    found = true;
    diagnostics.error("AP0101", place((Parser) recognizer, (Token) offending), message);
    if (diagnostics.full()) {
      throw new ParseCancellationException();
    }
  }

  // What is missing at the end of the file is missing after its last word, not after its last
  // comment.
  private SourceSpan place(Parser parser, Token offending) {
    Token before = offending.getType() == Token.EOF ? parser.getTokenStream().LT(-1) : null;
    return before == null ? spans.of(offending) : spans.after(before);
  }
}
