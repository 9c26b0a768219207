package autopar.lowering;

import autopar.ir.type.TensorType;
import autopar.plan.Dtype;
import autopar.program.Buffer;
import autopar.program.Buffer.Place;
import autopar.program.Instruction;
import autopar.program.Instruction.Moments;
import autopar.program.Layout;
import autopar.program.MomentKind;
import autopar.program.ParameterSlot;
import autopar.program.Transfer;
import autopar.training.Optimizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Writes the end of a step: gradients are summed over replicas into the layout of the optimizer's
 * states, those of tied parameters also between the stages that hold them, every part is updated
 * where its states are, and the new values are brought back to where they are used.
 */
final class UpdateLowering {

  /** Gradients that are summed together; the default of PyTorch's DistributedDataParallel. */
  private static final long BUCKET_BYTES = 25L << 20;

  private final StageWriter writer;
  private final Parameters parameters;
  private final TiedParameters tied;
  private final NodeWriter nodes;
  private final Reshard reshard;
  private final boolean factored;

  /** For stages whose optimizer is {@code optimizer}. */
  UpdateLowering(
      StageWriter writer, Parameters parameters, TiedParameters tied, Optimizer optimizer) {
    this.writer = writer;
    this.parameters = parameters;
    this.tied = tied;
    this.nodes = new NodeWriter(writer);
    this.reshard = new Reshard(writer);
    this.factored = optimizer == Optimizer.ADAFACTOR;
  }

  void write() {
    Map<String, Integer> gradients = new HashMap<>();
    List<ParameterSlot> trained =
        parameters.slots().stream().filter(ParameterSlot::trained).toList();
    // Tied parameters first: other stages wait for them.
    List<ParameterSlot> shared = new ArrayList<>();
    for (ParameterSlot slot : trained) {
      if (tied.isShared(slot.name())) {
        shared.add(slot);
        gradients.put(slot.name(), reduced(slot));
      }
    }
    for (ParameterSlot slot : shared) {
      tied.toOwner(slot.name(), writer.stage())
          .ifPresent(t -> writer.emit(new Instruction.Send(t.id(), gradients.get(slot.name()))));
    }
    for (ParameterSlot slot : shared) {
      for (Transfer arriving : tied.atOwner(slot.name(), writer.stage())) {
        int part = receive(arriving);
        gradients.merge(slot.name(), part, (a, b) -> nodes.sum("grad(" + slot.name() + ")", a, b));
      }
      for (Transfer back : tied.fromOwner(slot.name(), writer.stage())) {
        writer.emit(new Instruction.Send(back.id(), gradients.get(slot.name())));
      }
    }
    for (ParameterSlot slot : shared) {
      tied.backAt(slot.name(), writer.stage())
          .ifPresent(t -> gradients.put(slot.name(), receive(t)));
    }
    shared.forEach(slot -> update(slot, gradients.get(slot.name())));
    List<ParameterSlot> bucket = new ArrayList<>();
    long bytes = 0;
    for (ParameterSlot slot : trained) {
      if (!shared.contains(slot)) {
        bucket.add(slot);
        bytes += bytes(slot);
      }
      if (bytes >= BUCKET_BYTES) {
        update(bucket);
        bytes = 0;
      }
    }
    update(bucket);
  }

  /** Sums of one bucket stand together, so that they can travel together. */
  private void update(List<ParameterSlot> bucket) {
    List<Integer> gradients = bucket.stream().map(this::reduced).toList();
    for (int i = 0; i < gradients.size(); i++) {
      update(bucket.get(i), gradients.get(i));
    }
    bucket.clear();
  }

  private long bytes(ParameterSlot slot) {
    int[] sizes = writer.mesh().sizes();
    return writer.buffer(slot.gradient().getAsInt()).bytes(1, sizes, new int[sizes.length]);
  }

  private int receive(Transfer transfer) {
    int buffer =
        writer.buffer(transfer.name(), transfer.type(), transfer.dtype(), transfer.target());
    writer.emit(new Instruction.Receive(transfer.id(), buffer));
    return buffer;
  }

  /** The gradient, summed over the replicas of this stage, where the optimizer's states are. */
  private int reduced(ParameterSlot slot) {
    return reshard.to(slot.gradient().getAsInt(), parameters.updateLayout(slot));
  }

  private void update(ParameterSlot slot, int gradient) {
    if (!slot.states().isEmpty() && writer.buffer(slot.states().getFirst()).place() == Place.HOST) {
      updateOnHost(slot, gradient);
      return;
    }
    Layout layout = parameters.updateLayout(slot);
    OptionalInt master = slot.master();
    int weight = master.isPresent() ? master.getAsInt() : reshard.to(slot.value(), layout);
    List<Integer> moments = factored ? moments(slot, gradient) : List.of();
    writer.emit(new Instruction.Update(slot.name(), weight, gradient, slot.states(), moments));
    if (master.isPresent()) {
      int rounded =
          writer.layout(slot.value()).equals(layout)
              ? slot.value()
              : writer.buffer(
                  slot.name(), slot.type(), writer.buffer(slot.value()).dtype(), layout);
      writer.emit(new Instruction.Copy(weight, rounded));
      weight = rounded;
    }
    if (weight != slot.value()) {
      reshard.into(weight, slot.value());
    }
  }

  /** Gradients go down and weights come up (ZeRO-Offload, arXiv:2101.06840). */
  private void updateOnHost(ParameterSlot slot, int gradient) {
    Layout layout = parameters.updateLayout(slot);
    int weight =
        slot.master().isPresent()
            ? slot.master().getAsInt()
            : toHost(reshard.to(slot.value(), layout));
    writer.emit(
        new Instruction.Update(slot.name(), weight, toHost(gradient), slot.states(), List.of()));
    Dtype dtype = writer.buffer(slot.value()).dtype();
    if (slot.master().isPresent()) {
      int rounded = writer.onHost(slot.name(), slot.type(), dtype, layout);
      writer.emit(new Instruction.Copy(weight, rounded));
      weight = rounded;
    }
    int back =
        writer.layout(slot.value()).equals(layout)
            ? slot.value()
            : writer.buffer(slot.name(), slot.type(), dtype, layout);
    writer.emit(new Instruction.ToDevice(weight, back));
    if (back != slot.value()) {
      reshard.into(back, slot.value());
    }
  }

  private int toHost(int buffer) {
    Buffer from = writer.buffer(buffer);
    int to = writer.onHost(from.name(), from.type(), from.dtype(), from.layout());
    writer.emit(new Instruction.ToHost(buffer, to));
    return to;
  }

  /** Lets factored moments decay, and sums up what the update needs of the whole gradient. */
  private List<Integer> moments(ParameterSlot slot, int gradient) {
    List<Integer> sums = new ArrayList<>();
    sums.add(sum(slot, MomentKind.ROWS, List.of(gradient)));
    if (slot.states().size() > 1) {
      sums.add(sum(slot, MomentKind.COLUMNS, List.of(gradient)));
    }
    writer.emit(new Instruction.Decay(gradient, sums, slot.states()));
    List<Integer> moments = new ArrayList<>();
    if (slot.states().size() > 1) {
      moments.add(sum(slot, MomentKind.MATRICES, List.of(slot.states().getFirst())));
    }
    List<Integer> operands = new ArrayList<>(List.of(gradient));
    operands.addAll(slot.states());
    operands.addAll(moments);
    moments.add(sum(slot, MomentKind.STEP, operands));
    return moments;
  }

  private int sum(ParameterSlot slot, MomentKind kind, List<Integer> operands) {
    Buffer first = writer.buffer(operands.getFirst());
    Layout layout = kind.of(first.layout());
    TensorType type = new TensorType(first.type().element(), kind.of(first.type().shape()));
    String name = kind.name().toLowerCase(Locale.ROOT) + "(" + slot.name() + ")";
    int summand = writer.buffer(name, type, Dtype.FP32, layout);
    writer.emit(new Moments(kind, operands, summand));
    return layout.isPartial() ? reshard.to(summand, layout.complete()) : summand;
  }
}
