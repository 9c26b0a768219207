package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/**
 * Turns text into statements. Tokens and parse trees end here.
 *
 * <p>Wrong text is reported and skipped; what could be read is returned, so that its meaning can be
 * checked in the same run.
 */
final class SyntaxReader {

  /** How deep brackets may nest. */
  static final int MAX_NESTING = 256;

  /**
   * The statements of a file.
   *
   * @param perhapsDeclared names that a statement lost to a syntax error may have declared: not
   *     knowing them is no second error
   */
  record Syntax(List<Statement> statements, Set<String> perhapsDeclared) {}

  private final SourceFile file;
  private final Diagnostics diagnostics;
  private final TokenSpans spans;

  private SyntaxReader(SourceFile file, Diagnostics diagnostics) {
    this.file = file;
    this.diagnostics = diagnostics;
    this.spans = new TokenSpans(file);
  }

  /** Reads {@code file}; errors go to {@code diagnostics}. */
  static Syntax read(SourceFile file, Diagnostics diagnostics) {
    return new SyntaxReader(file, diagnostics).read();
  }

  private Syntax read() {
    boolean earlier = diagnostics.hasErrors();
    IrLexer lexer = new IrLexer(CharStreams.fromString(file.text(), file.name()));
    lexer.removeErrorListeners();
    List<Token> tokens = known(lexer.getAllTokens());
    if (tokens.isEmpty() && (earlier || !diagnostics.hasErrors())) {
      diagnostics.add(
          Diagnostic.error("AP0605", file.span(0, 0), "the file is empty")
              .withHint("a model begins with its name: model my_model"));
      return new Syntax(List.of(), Set.of());
    }
    if (tokens.isEmpty() || !nestsWell(tokens)) {
      return new Syntax(List.of(), names(tokens));
    }
    IrParser parser = new IrParser(new CommonTokenStream(new ListTokenSource(tokens)));
    parser.removeErrorListeners();
    parser.setErrorHandler(new ExpectedTokens());
    SyntaxErrors errors = new SyntaxErrors(spans, diagnostics);
    parser.addErrorListener(errors);
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
    List<Statement> statements;
    try {
      statements = new SyntaxBuilder(spans).file(parser.file());
    } catch (ParseCancellationException full) {
      statements = List.of();
    }
    return new Syntax(statements, errors.found() ? names(tokens) : Set.of());
  }

  /** Reports what is no token, and returns the others with an end of file that has a place. */
  private List<Token> known(List<? extends Token> all) {
    List<Token> tokens = new ArrayList<>(all.size() + 1);
    int unknownEnd = -1;
    for (Token t : all) {
      if (t.getType() == IrLexer.UNKNOWN) {
        // A run of strange characters is one error.
        if (t.getStartIndex() != unknownEnd) {
          SourceSpan span = spans.of(t);
          diagnostics.error("AP0102", span, "unexpected character " + describe(span.text()));
        }
        unknownEnd = t.getStopIndex() + 1;
      } else if (t.getType() == IrLexer.OPEN_STRING) {
        diagnostics.add(
            Diagnostic.error("AP0103", spans.of(t), "this string has no end")
                .withHint("a string ends with '\"' on the line where it begins"));
      } else {
        tokens.add(t);
      }
    }
    return tokens;
  }

  private static String describe(String character) {
    int code = character.codePointAt(0);
    return code > 0x20 && code < 0x7f
        ? "'" + character + "'"
        : "U+%04X".formatted(code)
            + (Character.isLetterOrDigit(code) ? " '" + character + "'" : "");
  }

  private boolean nestsWell(List<Token> tokens) {
    int depth = 0;
    for (Token t : tokens) {
      char c = t.getText().charAt(0);
      if (c == '(' || c == '[' || c == '{') {
        depth++;
        if (depth > MAX_NESTING) {
          diagnostics.error(
              "AP0104", spans.of(t), "brackets nest deeper than " + MAX_NESTING + " levels");
          return false;
        }
      } else if ((c == ')' || c == ']' || c == '}') && depth > 0) {
        depth--;
      }
    }
    return true;
  }

  private static Set<String> names(List<Token> tokens) {
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).getType() == IrLexer.NAME
          && (declares(i + 1 < tokens.size() ? tokens.get(i + 1).getType() : Token.EOF, false)
              || declares(i > 0 ? tokens.get(i - 1).getType() : Token.EOF, true))) {
        names.add(tokens.get(i).getText());
      }
    }
    return names;
  }

  private static boolean declares(int neighbour, boolean before) {
    return switch (neighbour) {
      case IrLexer.LET, IrLexer.PARAM, IrLexer.INPUT, IrLexer.DIM, IrLexer.BLOCK -> before;
      default ->
          !before
              && IrLexer.VOCABULARY.getLiteralName(neighbour) != null
              && "'=' ':'".contains(IrLexer.VOCABULARY.getLiteralName(neighbour));
    };
  }
}
