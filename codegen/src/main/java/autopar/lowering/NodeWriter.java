package autopar.lowering;

import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Op;
import autopar.ir.op.StatisticsRounds;
import autopar.ir.type.TensorType;
import autopar.program.Instruction;
import autopar.program.Layout;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the instructions of one node: a launch, or the rounds by which its reductions finish. */
final class NodeWriter {

  /**
   * A node to write.
   *
   * @param name of the node in the whole model
   * @param origin name of the forward node it derives from: it draws that node's masks
   * @param labels input whose labels a cross-entropy is the mean over
   */
  record Call(
      String name,
      String origin,
      Op op,
      FactorRule rule,
      List<TensorType> operands,
      List<TensorType> results,
      Optional<String> labels) {}

  private final StageWriter writer;
  private final Reshard reshard;

  NodeWriter(StageWriter writer) {
    this.writer = writer;
    this.reshard = new Reshard(writer);
  }

  /**
   * Writes the call on {@code operands}, which lie as {@code layouts} says, into {@code results}.
   */
  void write(Call call, NodeLayouts layouts, List<Integer> operands, List<Integer> results) {
    Instruction.Kernel kernel =
        new Instruction.Kernel(
            call.name(), call.op(), layouts.split(), call.origin(), call.labels());
    if (layouts.reduced() == 0) {
      writer.emit(new Instruction.Launch(kernel, operands, results));
      return;
    }
    List<Integer> statistics = new ArrayList<>();
    List<StatisticsRounds.Round> rounds =
        StatisticsRounds.of(call.op(), call.rule(), call.operands(), call.results());
    for (int round = 0; round < rounds.size(); round++) {
      statistics.add(round(call, kernel, layouts, round, rounds.get(round), operands, statistics));
    }
    writer.emit(new Instruction.Finish(kernel, operands, statistics, results));
  }

  private int round(
      Call call,
      Instruction.Kernel kernel,
      NodeLayouts layouts,
      int index,
      StatisticsRounds.Round round,
      List<Integer> operands,
      List<Integer> earlier) {
    Layout whole =
        NodeLayouts.layout(
            call.rule(), round.dims(), round.type(), layouts.assigned(), writer.mesh());
    String name = call.name() + ".statistics" + (index == 0 ? "" : Integer.toString(index));
    int local = writer.buffer(name, round.type(), whole.withPartial(layouts.reduced()));
    writer.emit(new Instruction.Statistics(kernel, index, operands, earlier, local));
    int complete = writer.buffer(name, round.type(), whole);
    writer.emit(
        new Instruction.AllReduce(local, complete, layouts.reduced(), round.combine(), false));
    return complete;
  }

  /** {@code a + b} where both lie alike. */
  int sum(String name, int a, int b) {
    int right = reshard.to(b, writer.layout(a));
    int total = writer.buffer(name, writer.buffer(a).type(), writer.layout(a));
    Instruction.Kernel kernel =
        new Instruction.Kernel(name, new Binary(BinaryKind.ADD), List.of(), name, Optional.empty());
    writer.emit(new Instruction.Launch(kernel, List.of(a, right), List.of(total)));
    return total;
  }
}
