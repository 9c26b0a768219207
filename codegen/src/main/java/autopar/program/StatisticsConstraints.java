package autopar.program;

import autopar.ir.op.FactorRules;
import autopar.ir.op.StatisticsRounds;
import autopar.ir.op.StatisticsRounds.Combine;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * X10: a kernel that finishes a split reduction takes its statistics round by round, each combined
 * over the axes of the split before the next begins, as {@link StatisticsRounds} says, and finishes
 * with all of them.
 */
final class StatisticsConstraints {

  private final StageProgram stage;
  private final long[] batches;
  private final List<ProgramViolation> found;

  /** Who made a buffer of statistics of this rank alone. */
  private final Map<Integer, Instruction.Statistics> local = new HashMap<>();

  /** Who combined a buffer of statistics of all ranks. */
  private final Map<Integer, Instruction.AllReduce> complete = new HashMap<>();

  StatisticsConstraints(StageProgram stage, long[] batches, List<ProgramViolation> found) {
    this.stage = stage;
    this.batches = batches;
    this.found = found;
  }

  void check(List<Code> all) {
    for (Code code : all) {
      for (Instruction instruction : code.instructions()) {
        if (instruction instanceof Instruction.Statistics statistics) {
          local.put(statistics.result(), statistics);
        } else if (instruction instanceof Instruction.AllReduce sum) {
          combine(code, sum);
        } else if (instruction instanceof Instruction.Finish finish) {
          finish(code, finish);
        }
      }
    }
  }

  private void combine(Code code, Instruction.AllReduce sum) {
    if (local.containsKey(sum.from())) {
      complete.put(sum.to(), sum);
    } else if (sum.combine() != Combine.SUM) {
      add(code, sum, "only statistics have a maximum");
    }
  }

  private void finish(Code code, Instruction.Finish finish) {
    List<TensorType> operands = types(finish.operands());
    List<TensorType> results = types(finish.results());
    FactorRule rule = FactorRules.of(finish.kernel().op(), operands, results);
    List<StatisticsRounds.Round> rounds =
        StatisticsRounds.of(finish.kernel().op(), rule, operands, results);
    if (rounds.size() != finish.statistics().size()) {
      String counts = "%d rounds of statistics instead of %d";
      add(code, finish, counts.formatted(finish.statistics().size(), rounds.size()));
      return;
    }
    List<Integer> sizes = stage.mesh().axes().stream().map(a -> a.size()).toList();
    Loops loops = new Loops(rule, finish.kernel().split(), sizes, batches);
    for (int round = 0; round < rounds.size(); round++) {
      round(code, finish, loops, round, rounds.get(round));
    }
  }

  private void round(
      Code code, Instruction.Finish finish, Loops loops, int index, StatisticsRounds.Round round) {
    Instruction.AllReduce sum = complete.get(finish.statistics().get(index));
    if (sum == null) {
      add(code, finish, "round " + index + " is not combined over ranks");
      return;
    }
    Instruction.Statistics made = local.get(sum.from());
    boolean same =
        made.round() == index
            && made.kernel().equals(finish.kernel())
            && made.operands().equals(finish.operands())
            && made.earlier().equals(finish.statistics().subList(0, index));
    if (!same) {
      add(code, finish, "statistics of another kernel or round as round " + index);
    }
    if (sum.combine() != round.combine() || sum.mask() != loops.reduced()) {
      add(code, finish, "round " + index + " is combined in another way, or over other axes");
    }
    Buffer buffer = stage.buffer(sum.to());
    boolean lies =
        buffer.type().equals(round.type())
            && !buffer.layout().isPartial()
            && loops.wrong("", round.dims(), round.type(), buffer.layout()).isEmpty();
    if (!lies) {
      add(code, finish, "the statistics of round " + index + " do not lie as the kernel's rows");
    }
  }

  private List<TensorType> types(List<Integer> buffers) {
    return buffers.stream().map(b -> stage.buffer(b).type()).toList();
  }

  private void add(Code code, Instruction instruction, String message) {
    found.add(new ProgramViolation("X10", code.where(instruction), message));
  }
}
