package autopar.text;

import autopar.diagnostics.SourceSpan;
import autopar.text.Expression.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;

/** Statements from a parse tree, of which parts may be missing where the text was wrong. */
final class SyntaxBuilder {

  private final TokenSpans spans;

  SyntaxBuilder(TokenSpans spans) {
    this.spans = spans;
  }

  List<Statement> file(IrParser.FileContext file) {
    List<Statement> statements = new ArrayList<>();
    for (IrParser.ItemContext item : file.item()) {
      for (ParseTree child : children(item)) {
        statement(child, statements);
      }
    }
    return statements;
  }

  private static List<ParseTree> children(ParserRuleContext context) {
    return context.children == null ? List.of() : context.children;
  }

  private void statement(ParseTree tree, List<Statement> out) {
    switch (tree) {
      case IrParser.ModelNameContext c ->
          name(c.name()).ifPresent(n -> out.add(new Statement.ModelName(n)));
      case IrParser.DimsContext c -> dims(c, out);
      case IrParser.InputContext c ->
          out.add(new Statement.Input(names(c.names()), type(c.type(), c)));
      case IrParser.ParamContext c ->
          out.add(
              new Statement.Param(
                  c.FROZEN() != null,
                  names(c.names()),
                  type(c.type(), c),
                  c.sum() == null ? Optional.empty() : Optional.of(sum(c.sum(), c))));
      case IrParser.BlockContext c -> block(c, out);
      case IrParser.LetContext c -> out.add(new Statement.Let(names(c.names()), sum(c.sum(), c)));
      case IrParser.ResultContext c -> out.add(new Statement.Return(sums(c.sum(), c), spans.of(c)));
      case IrParser.LossContext c -> out.add(new Statement.Loss(sum(c.sum(), c), spans.of(c)));
      case IrParser.OutputContext c -> out.add(new Statement.Output(names(c.names())));
      case IrParser.PinContext c ->
          name(c.name())
              .ifPresent(n ->
                  out.add(
                      new Statement.Pin(
                          n,
                          c.list() == null
                              ? new Expression.Missing(spans.of(c))
                              : list(c.list()))));
      case IrParser.IncludeContext c -> {
        if (real(c.STRING())) {
          out.add(new Statement.Include(unquoted(c.STRING()), spans.of(c.STRING().getSymbol())));
        }
      }
      default -> {
        // An error node: reported, nothing to build.
      }
    }
  }

  private void dims(IrParser.DimsContext c, List<Statement> out) {
    for (IrParser.DimContext dim : c.dim()) {
      name(dim.name())
          .ifPresent(n -> out.add(new Statement.Dim(c.BATCH() != null, n, sum(dim.sum(), dim))));
    }
  }

  private void block(IrParser.BlockContext c, List<Statement> out) {
    Optional<Name> name = name(c.name());
    if (name.isEmpty()) {
      return;
    }
    List<Statement.Argument> arguments = new ArrayList<>();
    for (IrParser.ArgumentContext a : c.argument()) {
      name(a.name()).ifPresent(n -> arguments.add(new Statement.Argument(n, type(a.type(), a))));
    }
    List<Statement> statements = new ArrayList<>();
    for (IrParser.StatementContext s : c.statement()) {
      for (ParseTree child : children(s)) {
        statement(child, statements);
      }
    }
    out.add(new Statement.Block(name.get(), arguments, statements, spans.of(c)));
  }

  private Statement.TypeText type(IrParser.TypeContext c, ParserRuleContext parent) {
    if (c == null || c.exception != null) {
      return new Statement.TypeText(
          Optional.empty(), List.of(new Expression.Missing(spans.of(parent))), spans.of(parent));
    }
    return new Statement.TypeText(name(c.element), sums(c.sum(), c), spans.of(c));
  }

  private List<Name> names(IrParser.NamesContext c) {
    List<Name> names = new ArrayList<>();
    if (c != null) {
      c.name().forEach(n -> name(n).ifPresent(names::add));
    }
    return names;
  }

  private Optional<Name> name(IrParser.NameContext c) {
    if (c == null || c.getChildCount() != 1 || !(c.getChild(0) instanceof TerminalNode t)) {
      return Optional.empty();
    }
    return real(t) ? Optional.of(name(t.getSymbol())) : Optional.empty();
  }

  private Name name(Token token) {
    return new Name(token.getText(), spans.of(token));
  }

  /** False for tokens that the parser made up to go on. */
  private static boolean real(TerminalNode node) {
    return node != null && node.getSymbol().getTokenIndex() >= 0;
  }

  private List<Expression> sums(List<IrParser.SumContext> list, ParserRuleContext parent) {
    List<Expression> out = new ArrayList<>();
    for (IrParser.SumContext s : list) {
      out.add(sum(s, parent));
    }
    return out;
  }

  private Expression sum(IrParser.SumContext c, ParserRuleContext parent) {
    if (c == null) {
      return new Expression.Missing(spans.of(parent));
    }
    List<Expression> terms = new ArrayList<>();
    for (IrParser.ProductContext p : c.product()) {
      terms.add(product(p));
    }
    return chain(terms, c);
  }

  private Expression product(IrParser.ProductContext c) {
    List<Expression> terms = new ArrayList<>();
    for (IrParser.UnaryContext u : c.unary()) {
      terms.add(unary(u));
    }
    return chain(terms, c);
  }

  private Expression chain(List<Expression> terms, ParserRuleContext c) {
    List<Operator> operators = new ArrayList<>();
    for (ParseTree child : children(c)) {
      if (child instanceof TerminalNode t && "+-*/".contains(t.getText())) {
        operators.add(Operator.of(t.getText()));
      }
    }
    if (terms.isEmpty() || operators.size() != terms.size() - 1 || c.exception != null) {
      return new Expression.Missing(spans.of(c));
    }
    return terms.size() == 1 ? terms.get(0) : new Expression.Chain(terms, operators, spans.of(c));
  }

  private Expression unary(IrParser.UnaryContext c) {
    Expression value =
        c.primary() == null ? new Expression.Missing(spans.of(c)) : primary(c.primary());
    boolean negative = (c.getChildCount() - 1) % 2 == 1;
    return negative ? new Expression.Negation(value, spans.of(c)) : value;
  }

  private Expression primary(IrParser.PrimaryContext c) {
    SourceSpan span = spans.of(c);
    if (c.exception != null) {
      return new Expression.Missing(span);
    }
    if (real(c.INTEGER())) {
      return new Expression.Number(c.INTEGER().getText(), true, span);
    }
    if (real(c.REAL())) {
      return new Expression.Number(c.REAL().getText(), false, span);
    }
    if (real(c.STRING())) {
      return new Expression.Text(unquoted(c.STRING()), span);
    }
    if (c.repeat() != null) {
      return repeat(c.repeat());
    }
    if (c.list() != null) {
      return list(c.list());
    }
    if (c.sum() != null) {
      return sum(c.sum(), c);
    }
    Optional<Name> name = name(c.name());
    if (name.isEmpty()) {
      return new Expression.Missing(span);
    }
    return c.operands() == null
        ? new Expression.Reference(name.get())
        : call(name.get(), c.operands(), span);
  }

  private Expression list(IrParser.ListContext c) {
    if (c.exception != null || !(c.stop != null && c.stop.getText().equals("]"))) {
      return new Expression.Missing(spans.of(c));
    }
    return new Expression.Items(sums(c.sum(), c), spans.of(c));
  }

  private Expression repeat(IrParser.RepeatContext c) {
    Optional<Name> name = name(c.name());
    if (name.isEmpty() || c.count() == null || c.operands() == null) {
      return new Expression.Missing(spans.of(c));
    }
    SourceSpan span = name.get().span().to(spans.of(c.operands()));
    return new Expression.Repeat(
        count(c.count()), call(name.get(), c.operands(), span), spans.of(c));
  }

  private Expression.Call call(Name name, IrParser.OperandsContext c, SourceSpan span) {
    List<Expression> operands = new ArrayList<>();
    List<Expression.Attribute> attributes = new ArrayList<>();
    for (IrParser.OperandContext o : c.operand()) {
      if (o.keyword() != null) {
        Name attribute = new Name(o.keyword().getText(), spans.of(o.keyword()));
        attributes.add(
            new Expression.Attribute(attribute, sum(o.sum().isEmpty() ? null : o.sum(0), o)));
      } else if (o.sum().size() == 2) {
        // Anything but a name left of '=' becomes an attribute that no op has.
        Expression left = sum(o.sum(0), o);
        Name attribute = left.asName().orElse(new Name(left.span().text(), left.span()));
        attributes.add(new Expression.Attribute(attribute, sum(o.sum(1), o)));
      } else {
        operands.add(sum(o.sum().isEmpty() ? null : o.sum(0), o));
      }
    }
    return new Expression.Call(name, operands, attributes, span);
  }

  private Expression count(IrParser.CountContext c) {
    List<Expression> terms = new ArrayList<>();
    for (IrParser.CountProductContext p : c.countProduct()) {
      List<Expression> factors = new ArrayList<>();
      for (IrParser.CountPrimaryContext primary : p.countPrimary()) {
        factors.add(countPrimary(primary));
      }
      terms.add(chain(factors, p));
    }
    return chain(terms, c);
  }

  private Expression countPrimary(IrParser.CountPrimaryContext c) {
    if (real(c.INTEGER())) {
      return new Expression.Number(c.INTEGER().getText(), true, spans.of(c));
    }
    if (c.count() != null) {
      return count(c.count());
    }
    Optional<Name> name = name(c.name());
    return name.isPresent()
        ? new Expression.Reference(name.get())
        : new Expression.Missing(spans.of(c));
  }

  private static String unquoted(TerminalNode string) {
    String text = string.getText();
    return text.substring(1, text.length() - 1);
  }
}
