package autopar.program;

import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.FactorRules;
import autopar.ir.op.Op;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * X5: every dimension of every operand and result is, on every rank, the part of the loops that the
 * rank runs; a result is partial over the loops that it lacks. Part of X10: a kernel finishes if
 * and only if its internal reduction is split. Equal kernels are checked once.
 */
final class KernelConstraints {

  /** All that the answer depends on. */
  private record Case(
      Op op,
      List<SplitFactor> split,
      List<TensorType> operandTypes,
      List<Layout> operands,
      List<TensorType> resultTypes,
      List<Layout> results,
      List<Integer> axisSizes) {}

  /** What is wrong, and the axes (bit mask) of reductions that the kernel must finish. */
  private record Answer(Optional<String> wrong, int reduced) {}

  private final List<ProgramViolation> found;
  private final long[] batches;
  private final Map<Case, Answer> known = new HashMap<>();

  KernelConstraints(long[] batches, List<ProgramViolation> found) {
    this.batches = batches;
    this.found = found;
  }

  void check(StageProgram stage, List<Code> all) {
    List<Integer> sizes = stage.mesh().axes().stream().map(a -> a.size()).toList();
    for (Code code : all) {
      for (Instruction instruction : code.instructions()) {
        switch (instruction) {
          case Instruction.Launch i ->
              kernel(stage, sizes, code, i, i.kernel(), i.operands(), i.results());
          // The operands of statistics are those of their finish (X10).
          case Instruction.Statistics i -> {}
          case Instruction.Finish i ->
              kernel(stage, sizes, code, i, i.kernel(), i.operands(), i.results());
          case Instruction.AllReduce i -> {}
          case Instruction.ReduceScatter i -> {}
          case Instruction.AllGather i -> {}
          case Instruction.AllToAll i -> {}
          case Instruction.Slice i -> {}
          case Instruction.KeepFirst i -> {}
          case Instruction.Load i -> {}
          case Instruction.Fill i -> {}
          case Instruction.Accumulate i -> {}
          case Instruction.Copy i -> {}
          case Instruction.Send i -> {}
          case Instruction.Receive i -> {}
          case Instruction.Update i -> {}
          case Instruction.Moments i -> {}
          case Instruction.Decay i -> {}
          case Instruction.ToHost i -> {}
          case Instruction.ToDevice i -> {}
          case Instruction.Free i -> {}
          case Instruction.RecordEvent i -> {}
          case Instruction.WaitEvent i -> {}
        }
      }
    }
  }

  private void kernel(
      StageProgram stage,
      List<Integer> sizes,
      Code code,
      Instruction instruction,
      Instruction.Kernel kernel,
      List<Integer> operands,
      List<Integer> results) {
    Case asked =
        new Case(
            kernel.op(),
            kernel.split(),
            types(stage, operands),
            layouts(stage, operands),
            types(stage, results),
            layouts(stage, results),
            sizes);
    Answer answer = known.computeIfAbsent(asked, this::answer);
    answer
        .wrong()
        .ifPresent(
            message -> found.add(new ProgramViolation("X5", code.where(instruction), message)));
    boolean finishes = instruction instanceof Instruction.Finish;
    if (answer.wrong().isEmpty() && finishes != (answer.reduced() != 0)) {
      String message =
          finishes ? "there is no reduction to finish" : "its split reduction is not finished";
      found.add(new ProgramViolation("X10", code.where(instruction), message));
    }
  }

  private static List<TensorType> types(StageProgram stage, List<Integer> buffers) {
    List<TensorType> types = new ArrayList<>(buffers.size());
    buffers.forEach(b -> types.add(stage.buffer(b).type()));
    return types;
  }

  private static List<Layout> layouts(StageProgram stage, List<Integer> buffers) {
    List<Layout> layouts = new ArrayList<>(buffers.size());
    buffers.forEach(b -> layouts.add(stage.buffer(b).layout()));
    return layouts;
  }

  private Answer answer(Case c) {
    if (isSumOfAlike(c)) {
      return new Answer(Optional.empty(), 0);
    }
    FactorRule rule = FactorRules.of(c.op(), c.operandTypes(), c.resultTypes());
    Loops loops = new Loops(rule, c.split(), c.axisSizes(), batches);
    Optional<String> wrong = loops.wrong();
    for (int i = 0; i < c.operands().size() && wrong.isEmpty(); i++) {
      List<List<Integer>> dims = rule.operands().get(i);
      wrong = loops.wrong("operand " + i, dims, c.operandTypes().get(i), c.operands().get(i));
      if (wrong.isEmpty() && c.operands().get(i).isPartial()) {
        wrong = Optional.of("operand " + i + " is a summand");
      }
    }
    for (int i = 0; i < c.results().size() && wrong.isEmpty(); i++) {
      List<List<Integer>> dims = rule.results().get(i);
      wrong = loops.wrong("result " + i, dims, c.resultTypes().get(i), c.results().get(i));
      if (wrong.isEmpty() && c.results().get(i).partial() != loops.summed(dims)) {
        wrong = Optional.of("result " + i + " is not partial over the loops that it lacks");
      }
    }
    return new Answer(wrong, loops.reduced());
  }

  /** An addition needs no loops: tensors that lie alike add up as they lie, summands too. */
  private static boolean isSumOfAlike(Case c) {
    return c.op() instanceof Binary binary
        && binary.kind() == BinaryKind.ADD
        && c.split().isEmpty()
        && c.operandTypes().stream().allMatch(c.resultTypes().getFirst()::equals)
        && c.operands().stream().allMatch(c.results().getFirst()::equals);
  }
}
