package autopar.text;

import autopar.diagnostics.SourceSpan;
import java.util.List;
import java.util.Optional;

/** A statement of a model file or of a block, as written. */
sealed interface Statement {

  record ModelName(Name name) implements Statement {}

  record Dim(boolean batch, Name name, Expression value) implements Statement {}

  record Input(List<Name> names, TypeText type) implements Statement {}

  record Param(boolean frozen, List<Name> names, TypeText type, Optional<Expression> initializer)
      implements Statement {}

  record Block(Name name, List<Argument> arguments, List<Statement> statements, SourceSpan span)
      implements Statement {}

  record Let(List<Name> names, Expression value) implements Statement {}

  record Return(List<Expression> values, SourceSpan span) implements Statement {}

  record Loss(Expression value, SourceSpan span) implements Statement {}

  record Output(List<Name> names) implements Statement {}

  record Pin(Name name, Expression axes) implements Statement {}

  record Include(String path, SourceSpan span) implements Statement {}

  record Argument(Name name, TypeText type) {}

  /** {@code i32[batch, seq]}; without an element type the elements are real. */
  record TypeText(Optional<Name> element, List<Expression> dims, SourceSpan span) {}
}
