package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Body;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Calls of blocks from one body: sections at the level of the model, copies of the block's nodes
 * inside another block.
 */
final class BlockCalls {

  /** How many nodes a model may have once every block is written out. */
  static final int MAX_NODES = 1_000_000;

  private final Context context;
  private final BodyBuilder builder;
  private final Optional<String> insideBlock;
  private final Map<String, Integer> instances = new HashMap<>();
  private long nodes;

  /**
   * @param insideBlock the block whose body this is, if it is one
   */
  BlockCalls(Context context, BodyBuilder builder, Optional<String> insideBlock) {
    this.context = context;
    this.builder = builder;
    this.insideBlock = insideBlock;
  }

  /** A hint about a name that is not declared here but somewhere else. */
  Optional<String> whereElse(String name) {
    return insideBlock
        .filter(b -> context.blocks().isModelValue(name))
        .map(b ->
            "'%s' is declared outside; pass it to block '%s' as an argument".formatted(name, b));
  }

  /** The results of {@code count} instances (one if empty), or poison after reporting why not. */
  List<Term> call(
      Expression.Call c, Optional<Expression> count, List<Term> operands, List<String> names) {
    List<Term> failed = names.stream().map(n -> Term.POISON).toList();
    Optional<Size> times = count.isEmpty() ? Optional.of(Size.of(1)) : count(count.get());
    Optional<BlockBody> block = context.blocks().body(context, c.function());
    boolean poisoned = operands.stream().anyMatch(o -> o instanceof Term.Poison);
    if (times.isEmpty() || block.isEmpty() || poisoned) {
      return failed;
    }
    Body body = block.get().body();
    if (!fits(c, block.get(), operands, names.size())
        || !carries(c, block.get(), times.get().count())
        || !affordable(c.span(), body, times.get().count())) {
      return failed;
    }
    List<Integer> ids = operands.stream().map(o -> ((Term.Tensor) o).id()).toList();
    int n = (int) times.get().count();
    List<Integer> results =
        insideBlock.isPresent()
            ? unrolled(block.get(), n, ids, count.isPresent())
            : section(block.get(), n, ids, names, c.span());
    List<Term> terms = new ArrayList<>();
    for (int r : results) {
      terms.add(new Term.Tensor(r, builder.slot(r).type()));
    }
    return terms;
  }

  private Optional<Size> count(Expression expression) {
    Optional<Size> count = context.dims().evaluate(expression);
    if (count.isPresent() && count.get().batched()) {
      error("AP0405", expression.span(), "a repeat count cannot depend on the batch");
      return Optional.empty();
    }
    if (count.isPresent() && count.get().count() < 0) {
      error(
          "AP0401",
          expression.span(),
          "a repeat count cannot be negative, this is " + count.get().count());
      return Optional.empty();
    }
    return count;
  }

  private boolean fits(Expression.Call c, BlockBody block, List<Term> operands, int wantedResults) {
    Body body = block.body();
    int wanted = body.arguments().size();
    if (operands.size() != wanted) {
      report(
          block,
          c.span(),
          "'%s' takes %d argument%s, not %d"
              .formatted(block.name(), wanted, wanted == 1 ? "" : "s", operands.size()));
      return false;
    }
    for (int i = 0; i < wanted; i++) {
      TensorType declared = body.value(body.arguments().get(i)).type();
      SourceSpan span = c.operands().get(i).span();
      String argument = body.value(body.arguments().get(i)).name();
      if (operands.get(i) instanceof Term.Constant) {
        report(
            block, span, "argument '" + argument + "' is a tensor " + declared + ", not a number");
        return false;
      }
      TensorType given = ((Term.Tensor) operands.get(i)).type();
      if (!given.equals(declared)) {
        report(block, span, "argument '" + argument + "' is " + declared + ", this is " + given);
        return false;
      }
    }
    if (body.results().size() != wantedResults) {
      int has = body.results().size();
      report(
          block,
          c.span(),
          "'%s' returns %d value%s, not %d"
              .formatted(block.name(), has, has == 1 ? "" : "s", wantedResults));
      return false;
    }
    return true;
  }

  /** What one instance returns must be what the next one takes. */
  private boolean carries(Expression.Call c, BlockBody block, long count) {
    Body body = block.body();
    if (count == 1) {
      return true;
    }
    if (body.results().size() > body.arguments().size()) {
      report(block, c.span(), "a repeated block cannot return more values than it takes");
      return false;
    }
    for (int i = 0; i < body.results().size(); i++) {
      TensorType result = body.value(body.results().get(i)).type();
      TensorType argument = body.value(body.arguments().get(i)).type();
      if (!result.equals(argument)) {
        context
            .diagnostics()
            .add(
                Diagnostic.error(
                        "AP0206",
                        c.span(),
                        "'%s' returns %s but its next instance takes %s"
                            .formatted(block.name(), result, argument))
                    .withNote(block.span(), "'" + block.name() + "' is declared here"));
        return false;
      }
    }
    return true;
  }

  private boolean affordable(SourceSpan span, Body body, long count) {
    // A block without nodes costs something too.
    long perInstance = Math.max(1, body.nodes().size());
    if (count > MAX_NODES / perInstance || nodes + count * perInstance > MAX_NODES) {
      error("AP0507", span, "the model has more than " + MAX_NODES + " nodes when written out");
      return false;
    }
    nodes += count * perInstance;
    return true;
  }

  /** Nodes that the sections of the model stand for; copies inside a block are its own nodes. */
  long sectionNodes() {
    return insideBlock.isPresent() ? 0 : nodes;
  }

  private List<Integer> section(
      BlockBody block, int count, List<Integer> operands, List<String> names, SourceSpan span) {
    if (count == 0) {
      return operands.subList(0, block.body().results().size());
    }
    int first = instances.merge(block.name(), count, Integer::sum) - count;
    return builder.instances(block, first, count, operands, names, span);
  }

  private List<Integer> unrolled(
      BlockBody block, int count, List<Integer> operands, boolean repeated) {
    String prefix = builder.freshPrefix(block.name());
    List<Integer> carried = new ArrayList<>(operands);
    List<Integer> results =
        operands.subList(0, Math.min(operands.size(), block.body().results().size()));
    for (int i = 0; i < count; i++) {
      results = builder.inline(block.body(), carried, repeated ? prefix + "." + i : prefix);
      for (int r = 0; r < results.size() && r < carried.size(); r++) {
        carried.set(r, results.get(r));
      }
    }
    return results;
  }

  private void report(BlockBody block, SourceSpan span, String message) {
    context
        .diagnostics()
        .add(
            Diagnostic.error("AP0205", span, message)
                .withNote(block.span(), "'" + block.name() + "' is declared here"));
  }

  private void error(String code, SourceSpan span, String message) {
    context.diagnostics().error(code, span, message);
  }
}
