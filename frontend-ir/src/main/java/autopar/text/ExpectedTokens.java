package autopar.text;

import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.InputMismatchException;
import org.antlr.v4.runtime.NoViableAltException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;

/** Says what was expected in the words of the language instead of token names. */
final class ExpectedTokens extends DefaultErrorStrategy {

  @Override
  protected void reportNoViableAlternative(Parser parser, NoViableAltException e) {
    report(parser, e.getOffendingToken(), e.getExpectedTokens());
  }

  @Override
  protected void reportInputMismatch(Parser parser, InputMismatchException e) {
    report(parser, e.getOffendingToken(), e.getExpectedTokens());
  }

  @Override
  protected void reportUnwantedToken(Parser parser) {
    if (!inErrorRecoveryMode(parser)) {
      beginErrorCondition(parser);
      report(parser, parser.getCurrentToken(), getExpectedTokens(parser));
    }
  }

  @Override
  protected void reportMissingToken(Parser parser) {
    if (!inErrorRecoveryMode(parser)) {
      beginErrorCondition(parser);
      report(parser, parser.getCurrentToken(), getExpectedTokens(parser));
    }
  }

  // Deleting one token resumes in the middle of what follows, which is then wrong as well.
  @Override
  protected Token singleTokenDeletion(Parser parser) {
    return null;
  }

  private static void report(Parser parser, Token offending, IntervalSet expected) {
    String found =
        offending.getType() == Token.EOF ? "the end of the file" : "'" + offending.getText() + "'";
    String wanted = describe(expected);
    parser.notifyErrorListeners(
        offending,
        wanted.isEmpty() ? "unexpected " + found : "expected " + wanted + ", found " + found,
        null);
  }

  /** The expected tokens as a phrase; large sets become the concept they start. */
  private static String describe(IntervalSet expected) {
    List<String> phrases = new ArrayList<>();
    IntervalSet rest = new IntervalSet(expected);
    if (rest.contains(IrLexer.NAME) && rest.contains(IrLexer.INTEGER)) {
      boolean any = rest.contains(IrLexer.STRING);
      phrases.add(any ? "an expression" : "a number or a dim");
      remove(rest, IrLexer.NAME, IrLexer.BATCH, IrLexer.INTEGER, IrLexer.REAL);
      remove(rest, IrLexer.STRING, IrLexer.REPEAT);
      removeLiterals(rest, any ? List.of("'('", "'['", "'-'") : List.of("'('"));
      remove(rest, IrLexer.DIM, IrLexer.INPUT, IrLexer.OUTPUT, IrLexer.MODEL);
      remove(rest, IrLexer.BLOCK, IrLexer.LOSS, IrLexer.PARAM);
    } else if (rest.contains(IrLexer.NAME)) {
      phrases.add("a name");
      remove(rest, IrLexer.NAME, IrLexer.BATCH);
    }
    if (rest.contains(IrLexer.LET) && rest.contains(IrLexer.PARAM)) {
      phrases.add("a statement");
      remove(rest, IrLexer.MODEL, IrLexer.BATCH, IrLexer.DIM, IrLexer.INPUT, IrLexer.FROZEN);
      remove(rest, IrLexer.PARAM, IrLexer.BLOCK, IrLexer.LET, IrLexer.RETURN, IrLexer.LOSS);
      remove(rest, IrLexer.OUTPUT, IrLexer.PIN, IrLexer.INCLUDE, Token.EOF);
    }
    boolean operators = rest.size() > 4;
    if (operators) {
      removeLiterals(rest, List.of("'+'", "'-'", "'*'", "'/'"));
    }
    for (int type : rest.toList()) {
      phrases.add(spelling(type));
    }
    if (operators && phrases.isEmpty()) {
      phrases.add("an operator");
    }
    int last = phrases.size() - 1;
    return last <= 0
        ? String.join("", phrases)
        : String.join(", ", phrases.subList(0, last)) + " or " + phrases.get(last);
  }

  private static String spelling(int type) {
    if (type == Token.EOF) {
      return "the end of the file";
    }
    String literal = IrLexer.VOCABULARY.getLiteralName(type);
    return literal != null
        ? literal
        : switch (type) {
          case IrLexer.STRING -> "a string";
          case IrLexer.INTEGER, IrLexer.REAL -> "a number";
          default -> "a name";
        };
  }

  private static void remove(IntervalSet set, int... types) {
    for (int type : types) {
      set.remove(type);
    }
  }

  private static void removeLiterals(IntervalSet set, List<String> literals) {
    for (int type : set.toList()) {
      if (type > 0 && literals.contains(IrLexer.VOCABULARY.getLiteralName(type))) {
        set.remove(type);
      }
    }
  }
}
