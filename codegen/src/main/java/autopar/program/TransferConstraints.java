package autopar.program;

import autopar.ir.type.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * X7: every transfer is sent once by its source stage and received once by its target stage, both
 * per micro-batch or both in the update, and its messages are sound. Transfers that lie alike are
 * checked once.
 */
final class TransferConstraints {

  /** All that the messages depend on. */
  private record Shape(
      TensorType type, int fromStage, Layout source, int toStage, Layout target, long batch) {}

  private final ProgramBundle bundle;
  private final long[] batches;
  private final List<ProgramViolation> found;
  private final Code[] sent;
  private final Code[] received;

  TransferConstraints(ProgramBundle bundle, long[] batches, List<ProgramViolation> found) {
    this.bundle = bundle;
    this.batches = batches;
    this.found = found;
    this.sent = new Code[bundle.transfers().size()];
    this.received = new Code[bundle.transfers().size()];
  }

  /** Checks; false where something is wrong. */
  boolean check() {
    int before = found.size();
    for (StageProgram stage : bundle.stages()) {
      for (Code code : Code.of(stage)) {
        for (Instruction instruction : code.instructions()) {
          if (instruction instanceof Instruction.Send i) {
            end(code, i, sent, i.transfer(), bundle.transfers().get(i.transfer()).fromStage());
          } else if (instruction instanceof Instruction.Receive i) {
            end(code, i, received, i.transfer(), bundle.transfers().get(i.transfer()).toStage());
          }
        }
      }
    }
    Map<Shape, Optional<String>> known = new HashMap<>();
    for (Transfer transfer : bundle.transfers()) {
      ends(transfer);
      for (long batch : batches) {
        Shape shape =
            new Shape(
                transfer.type(),
                transfer.fromStage(),
                transfer.source(),
                transfer.toStage(),
                transfer.target(),
                batch);
        known
            .computeIfAbsent(shape, s -> messages(transfer, batch))
            .ifPresent(message -> add(where(transfer), message));
      }
    }
    return found.size() == before;
  }

  private Optional<String> messages(Transfer transfer, long batch) {
    return RouteCheck.of(bundle, transfer, batch).wrong(bundle.route(transfer.id(), batch));
  }

  private void end(Code code, Instruction instruction, Code[] ends, int transfer, int stage) {
    if (code.stage().index() != stage) {
      add(code.where(instruction), "transfer " + transfer + " belongs to stage " + stage);
    } else if (ends[transfer] != null) {
      add(code.where(instruction), "a second time in one micro-batch or update");
    } else if (code.part() == Code.Part.BEGIN) {
      add(code.where(instruction), "begin of a step waits for no other stage");
    }
    ends[transfer] = code;
  }

  private void ends(Transfer transfer) {
    Code from = sent[transfer.id()];
    Code to = received[transfer.id()];
    if (from == null || to == null) {
      add(where(transfer), from == null ? "is never sent" : "is never received");
    } else if (from.part().perMicroBatch() != to.part().perMicroBatch()) {
      add(where(transfer), "is sent in " + from.where() + " and received in " + to.where());
    }
  }

  private static String where(Transfer transfer) {
    return "transfer " + transfer.id() + " (" + transfer.name() + ")";
  }

  private void add(String where, String message) {
    found.add(new ProgramViolation("X7", where, message));
  }
}
