package autopar.text;

import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Body;
import autopar.ir.graph.Initializer;
import autopar.ir.op.Op;
import autopar.ir.op.ResultNames;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Values and steps in the order in which the text makes them; ids are provisional until the body or
 * graph is complete.
 */
final class BodyBuilder {

  /** Where a value comes from. */
  enum Origin {
    ARGUMENT,
    PARAMETER,
    RESULT
  }

  /** A value under construction. */
  record Slot(String name, TensorType type, Origin origin, SourceSpan span) {}

  /** A parameter and the slot of its value. */
  record ParameterSlot(int slot, Initializer initializer, boolean frozen, SourceSpan span) {}

  /** Something that runs: slots in, slots out. */
  sealed interface Step {
    List<Integer> operands();

    List<Integer> results();

    /** One node. */
    record Apply(String name, Op op, List<Integer> operands, List<Integer> results, SourceSpan span)
        implements Step {}

    /** Instances of a block, at the level of the model. */
    record Instances(
        BlockBody block,
        int firstInstance,
        int count,
        List<Integer> operands,
        List<Integer> results,
        SourceSpan span)
        implements Step {}
  }

  private final List<Slot> slots = new ArrayList<>();
  private final List<ParameterSlot> parameters = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final Set<String> taken;
  private final Set<String> prefixes = new HashSet<>();

  /**
   * @param reserved names that the text declares: no generated name may be one of them
   */
  BodyBuilder(Set<String> reserved) {
    this.taken = new HashSet<>(reserved);
  }

  int add(Slot slot) {
    slots.add(slot);
    taken.add(slot.name());
    return slots.size() - 1;
  }

  Slot slot(int id) {
    return slots.get(id);
  }

  List<Slot> slots() {
    return slots;
  }

  List<ParameterSlot> parameters() {
    return parameters;
  }

  List<Step> steps() {
    return steps;
  }

  int parameter(
      String name, TensorType type, Initializer initializer, boolean frozen, SourceSpan span) {
    int slot = add(new Slot(name, type, Origin.PARAMETER, span));
    parameters.add(new ParameterSlot(slot, initializer, frozen, span));
    return slot;
  }

  /** A name like {@code wanted} that nothing has yet. */
  String fresh(String wanted) {
    String name = wanted;
    for (int i = 2; taken.contains(name); i++) {
      name = wanted + i;
    }
    taken.add(name);
    return name;
  }

  /** A prefix under which nothing is named yet. */
  String freshPrefix(String wanted) {
    String prefix = wanted;
    for (int i = 2; !prefixes.add(prefix); i++) {
      prefix = wanted + i;
    }
    return prefix;
  }

  /** Adds a node called {@code name} (which is the caller's to give) and returns its value. */
  Term.Tensor apply(
      String name, Op op, List<Integer> operands, List<TensorType> types, SourceSpan span) {
    List<String> suffixes = ResultNames.suffixes(op);
    List<Integer> results = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      String suffix = i < suffixes.size() ? suffixes.get(i) : "." + i;
      String resultName = suffix.isEmpty() ? name : fresh(name + suffix);
      results.add(add(new Slot(resultName, types.get(i), Origin.RESULT, span)));
    }
    steps.add(new Step.Apply(name, op, List.copyOf(operands), List.copyOf(results), span));
    return new Term.Tensor(results.get(0), types.get(0));
  }

  /** Takes back the last node and its only value. */
  void removeLast() {
    steps.removeLast();
    taken.remove(slots.removeLast().name());
  }

  /** Adds instances of a block; {@code names} are those of its results. */
  List<Integer> instances(
      BlockBody block,
      int firstInstance,
      int count,
      List<Integer> operands,
      List<String> names,
      SourceSpan span) {
    List<Integer> results = new ArrayList<>();
    Body body = block.body();
    for (int i = 0; i < names.size(); i++) {
      TensorType type = body.value(body.results().get(i)).type();
      results.add(add(new Slot(names.get(i), type, Origin.RESULT, span)));
    }
    steps.add(
        new Step.Instances(
            block, firstInstance, count, List.copyOf(operands), List.copyOf(results), span));
    return results;
  }

  /** Copies a finished body into this one, every name behind {@code prefix}. */
  List<Integer> inline(Body body, List<Integer> operands, String prefix) {
    int[] slotOf = new int[body.values().size()];
    for (int i = 0; i < operands.size(); i++) {
      slotOf[body.arguments().get(i)] = operands.get(i);
    }
    for (var p : body.parameters()) {
      slotOf[p.value().id()] =
          parameter(
              fresh(prefix + "." + p.name()),
              p.value().type(),
              p.initializer(),
              p.frozen(),
              p.span());
    }
    for (var node : body.nodes()) {
      List<Integer> inputs = node.operands().stream().map(o -> slotOf[o]).toList();
      List<Integer> results = new ArrayList<>();
      for (int r : node.results()) {
        String name = fresh(prefix + "." + body.value(r).name());
        slotOf[r] = add(new Slot(name, body.value(r).type(), Origin.RESULT, node.span()));
        results.add(slotOf[r]);
      }
      String name = slots.get(results.get(0)).name();
      steps.add(new Step.Apply(name, node.op(), inputs, List.copyOf(results), node.span()));
    }
    return body.results().stream().map(r -> slotOf[r]).toList();
  }
}
