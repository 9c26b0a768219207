package autopar.text;

import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one block into a body. */
final class ReadBlock {

  private final Context context;
  private final List<Integer> arguments = new ArrayList<>();
  private final List<Integer> results = new ArrayList<>();
  private boolean complete = true;

  ReadBlock(Context context) {
    this.context = context;
  }

  /** The body, or empty when something in the block is wrong. */
  Optional<BlockBody> read(Statement.Block block) {
    int before = context.diagnostics().errorCount();
    Set<String> declared = Scope.declaredBy(block.statements());
    block.arguments().forEach(a -> declared.add(a.name().text()));
    ReadBody body = new ReadBody(context, Optional.of(block.name().text()), declared);
    for (Statement.Argument a : block.arguments()) {
      Optional<Integer> slot =
          body.declare(Scope.Kind.ARGUMENT, List.of(a.name()), a.type()).get(0);
      complete &= slot.isPresent();
      slot.ifPresent(arguments::add);
    }
    boolean returned = false;
    for (Statement s : block.statements()) {
      if (returned && context.forgiven().isEmpty()) {
        SourceSpan span = block.name().span();
        context
            .diagnostics()
            .error(
                "AP0506",
                span,
                "statements follow the return of block '" + block.name().text() + "'");
        break;
      }
      returned = statement(s, body);
    }
    if (!returned && context.forgiven().isEmpty()) {
      context
          .diagnostics()
          .error(
              "AP0506", block.name().span(), "block '" + block.name().text() + "' returns nothing");
    }
    return finish(block, body, returned, before);
  }

  private Optional<BlockBody> finish(
      Statement.Block block, ReadBody body, boolean returned, int errorsBefore) {
    boolean right = complete && returned && context.diagnostics().errorCount() == errorsBefore;
    if (right && body.nodes() > BlockCalls.MAX_NODES) {
      context
          .diagnostics()
          .error(
              "AP0507",
              block.name().span(),
              "block '%s' has more than %d nodes when written out"
                  .formatted(block.name().text(), BlockCalls.MAX_NODES));
      return Optional.empty();
    }
    if (context.forgiven().isEmpty()) {
      body.reportUnused(
          right ? Optional.of(FinishBody.live(body.builder(), results)) : Optional.empty());
    }
    if (!right || context.diagnostics().errorCount() != errorsBefore) {
      return Optional.empty();
    }
    Body finished = FinishBody.of(body.builder(), arguments, results);
    return Optional.of(new BlockBody(block.name().text(), finished, block.name().span()));
  }

  /** Reads one statement; true when it was the return. */
  private boolean statement(Statement s, ReadBody body) {
    switch (s) {
      case Statement.Param p -> body.param(p);
      case Statement.Let l -> body.let(l);
      case Statement.Pin p -> body.pin(p);
      case Statement.Return r -> {
        returned(r, body);
        return true;
      }
      case Statement.ModelName m -> {}
      case Statement.Dim d -> {}
      case Statement.Input i -> {}
      case Statement.Block b -> {}
      case Statement.Loss l -> {}
      case Statement.Output o -> {}
      case Statement.Include i -> {}
    }
    return false;
  }

  private void returned(Statement.Return r, ReadBody body) {
    for (Expression value : r.values()) {
      Term term =
          value.asName().isPresent()
              ? body.expressions().value(value, "")
              : body.expressions().value(value, body.builder().fresh("out"));
      switch (term) {
        case Term.Tensor t -> results.add(t.id());
        case Term.Poison p -> complete = false;
        case Term.Constant c -> {
          complete = false;
          context
              .diagnostics()
              .error("AP0207", value.span(), "a block returns tensors, not numbers");
        }
      }
    }
  }
}
