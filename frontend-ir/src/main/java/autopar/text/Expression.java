package autopar.text;

import autopar.diagnostics.SourceSpan;
import java.util.List;
import java.util.Optional;

/** What may stand right of an equals sign. Sums and products nest to the left. */
sealed interface Expression {

  SourceSpan span();

  /** A literal; {@code integer} when it has neither point nor exponent. */
  record Number(String text, boolean integer, SourceSpan span) implements Expression {}

  record Text(String value, SourceSpan span) implements Expression {}

  record Reference(Name name) implements Expression {
    @Override
    public SourceSpan span() {
      return name.span();
    }
  }

  /** {@code terms.get(0) op[0] terms.get(1) op[1] ...} from left to right, of one precedence. */
  record Chain(List<Expression> terms, List<Operator> operators, SourceSpan span)
      implements Expression {}

  /** A minus sign before {@code operand}. */
  record Negation(Expression operand, SourceSpan span) implements Expression {}

  /** {@code function(operands, attribute = value, ...)}. */
  record Call(Name function, List<Expression> operands, List<Attribute> attributes, SourceSpan span)
      implements Expression {}

  record Repeat(Expression count, Call call, SourceSpan span) implements Expression {}

  record Items(List<Expression> items, SourceSpan span) implements Expression {}

  /** What the parser could not read; an error about it exists. */
  record Missing(SourceSpan span) implements Expression {}

  /** A named operand of a call. */
  record Attribute(Name name, Expression value) {}

  /** The arithmetic of dims and tensors. */
  enum Operator {
    ADD('+'),
    SUBTRACT('-'),
    MULTIPLY('*'),
    DIVIDE('/');

    private final char symbol;

    Operator(char symbol) {
      this.symbol = symbol;
    }

    char symbol() {
      return symbol;
    }

    static Operator of(String text) {
      for (Operator o : values()) {
        if (text.charAt(0) == o.symbol) {
          return o;
        }
      }
      throw new IllegalArgumentException("no operator: " + text);
    }
  }

  /** The name this expression consists of, if it is nothing else. */
  default Optional<Name> asName() {
    return this instanceof Reference r ? Optional.of(r.name()) : Optional.empty();
  }
}
