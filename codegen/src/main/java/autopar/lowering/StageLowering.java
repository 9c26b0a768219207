package autopar.lowering;

import autopar.plan.Plan;
import autopar.program.Buffer.Lifetime;
import autopar.program.Instruction;
import autopar.program.Layout;
import autopar.program.ParameterSlot;
import autopar.program.StageProgram;
import autopar.program.Transfer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Writes the program of one stage: its chunks forward and backward, and the update. */
final class StageLowering {

  private final StageWriter writer;
  private final Boundary boundary;
  private final Flows flows;
  private final Transfers transfers;
  private final Parameters parameters;
  private final TiedParameters tied;
  private final BodyLowering bodies;
  private final NodeWriter nodes;
  private final int stages;

  /**
   * Buffers of flows in forward, and of the sums of their gradients, of the chunk being written.
   */
  private final Map<Flow, Integer> values = new HashMap<>();

  private final Map<Flow, Integer> gradients = new HashMap<>();
  private OptionalInt lossSum = OptionalInt.empty();

  StageLowering(
      StageWriter writer,
      Boundary boundary,
      Flows flows,
      Transfers transfers,
      Parameters parameters,
      TiedParameters tied,
      TrainingVariants variants,
      int stages) {
    this.writer = writer;
    this.boundary = boundary;
    this.flows = flows;
    this.transfers = transfers;
    this.parameters = parameters;
    this.tied = tied;
    this.stages = stages;
    this.nodes = new NodeWriter(writer);
    this.bodies = new BodyLowering(this, writer, flows, variants);
  }

  Boundary boundary() {
    return boundary;
  }

  ParameterSlot parameter(String name) {
    return parameters.slot(name);
  }

  /** Writes everything. */
  StageProgram write(Plan plan) {
    List<Instruction> begin = new ArrayList<>();
    writer.writeTo(begin, Lifetime.RUN);
    for (ParameterSlot slot : parameters.slots()) {
      slot.gradient().ifPresent(g -> zero(g));
    }
    boolean hasLoss = flows.loss().maker().virtualStage() % stages == writer.stage();
    List<StageProgram.Chunk> chunks = new ArrayList<>();
    for (int chunk = 0; chunk < plan.schedule().virtualStages(); chunk++) {
      chunks.add(chunk(chunk * stages + writer.stage()));
    }
    List<Instruction> update = new ArrayList<>();
    writer.writeTo(update, Lifetime.UPDATE);
    OptionalInt loss = hasLoss ? OptionalInt.of(totalLoss(begin, update)) : OptionalInt.empty();
    new UpdateLowering(writer, parameters, tied, plan.workload().optimizer().orElseThrow()).write();
    StageProgram written =
        new StageProgram(
            writer.stage(),
            writer.mesh(),
            writer.buffers(),
            parameters.slots(),
            begin,
            chunks,
            update,
            loss);
    return OrderStreams.of(EndLifetimes.of(written));
  }

  private void zero(int buffer) {
    writer.emit(new Instruction.Fill(buffer, Instruction.Fill.Content.ZERO));
  }

  /** Sums the loss over its ranks at the end of the step. */
  private int totalLoss(List<Instruction> begin, List<Instruction> update) {
    int sum = lossSum.orElseThrow();
    begin.add(new Instruction.Fill(sum, Instruction.Fill.Content.ZERO));
    Layout complete = writer.layout(sum).complete();
    int total =
        writer.buffer(
            "loss of the step",
            writer.buffer(sum).type(),
            writer.buffer(sum).dtype(),
            complete,
            Lifetime.RUN);
    int reduced = new Reshard(writer).to(sum, complete);
    update.add(new Instruction.Copy(reduced, total));
    return total;
  }

  private StageProgram.Chunk chunk(int virtualStage) {
    values.clear();
    gradients.clear();
    List<Step> own = flows.steps().stream().filter(s -> s.virtualStage() == virtualStage).toList();
    List<Instruction> forward = new ArrayList<>();
    writer.writeTo(forward, Lifetime.MICRO_BATCH);
    transfers.arriving(virtualStage).forEach((flow, t) -> values.put(flow, receive(t)));
    own.forEach(bodies::forward);
    transfers.leaving(virtualStage).forEach((flow, t) -> send(t, values.get(flow)));
    addLoss(virtualStage);
    List<Instruction> backward = new ArrayList<>();
    writer.writeTo(backward, Lifetime.MICRO_BATCH);
    transfers.gradientsArriving(virtualStage).forEach((flow, t) -> gradients.put(flow, receive(t)));
    own.reversed().forEach(bodies::backward);
    transfers
        .gradientsLeaving(virtualStage)
        .forEach((flow, t) -> send(t, gradient(flow).orElseGet(() -> zeros(flow))));
    return new StageProgram.Chunk(forward, backward);
  }

  private void addLoss(int virtualStage) {
    Flow loss = flows.loss();
    if (loss.maker().virtualStage() != virtualStage) {
      return;
    }
    int value = values.get(loss);
    int sum =
        writer.buffer(
            "sum of " + loss.name(),
            loss.type(),
            writer.buffer(value).dtype(),
            writer.layout(value),
            Lifetime.RUN);
    lossSum = OptionalInt.of(sum);
    writer.emit(new Instruction.Accumulate(value, sum, true));
  }

  private int receive(Transfer transfer) {
    int buffer =
        writer.buffer(transfer.name(), transfer.type(), transfer.dtype(), transfer.target());
    writer.emit(new Instruction.Receive(transfer.id(), buffer));
    return buffer;
  }

  private void send(Transfer transfer, int buffer) {
    int sent = new Reshard(writer).to(buffer, transfer.source());
    writer.emit(new Instruction.Send(transfer.id(), sent));
  }

  int zeros(Flow flow) {
    int buffer =
        writer.buffer("grad(" + flow.name() + ")", flow.type(), boundary.layout(flow.type()));
    zero(buffer);
    return buffer;
  }

  /** The buffer of a flow in forward, made or received before. */
  int value(Flow flow) {
    return values.get(flow);
  }

  void made(Flow flow, int buffer) {
    values.put(flow, buffer);
  }

  /** The sum of the gradients of a flow so far, in its boundary layout. */
  Optional<Integer> gradient(Flow flow) {
    Integer sum = gradients.get(flow);
    return sum == null
        ? Optional.empty()
        : Optional.of(new Reshard(writer).to(sum, boundary.layout(flow.type())));
  }

  /**
   * Adds to the gradient of a flow. Sums stay partial as long as all of them are, so that they are
   * reduced once.
   */
  void contribute(Flow flow, int buffer) {
    Integer sum = gradients.get(flow);
    if (sum == null) {
      gradients.put(flow, buffer);
      return;
    }
    Reshard reshard = new Reshard(writer);
    Layout layout =
        writer.layout(sum).equals(writer.layout(buffer))
            ? writer.layout(sum)
            : boundary.layout(flow.type());
    int left = reshard.to(sum, layout);
    gradients.put(flow, nodes.sum("grad(" + flow.name() + ")", left, reshard.to(buffer, layout)));
  }

  /** Adds to the accumulator of a parameter's gradient. */
  void accumulate(ParameterSlot slot, int buffer) {
    int accumulator = slot.gradient().orElseThrow();
    int aligned = new Reshard(writer).to(buffer, writer.layout(accumulator));
    writer.emit(new Instruction.Accumulate(aligned, accumulator, false));
  }
}
