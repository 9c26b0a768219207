package autopar.program;

import autopar.schedule.Pass;
import autopar.schedule.Phase;
import java.util.ArrayList;
import java.util.List;

/**
 * X8: runs the communication between stages under the schedule. Sends never wait; a receive waits
 * for the next message of its transfer, which must be of its own micro-batch. If all stages come to
 * their end, so do all ranks: they meet the same receives and collectives in the same order.
 * O(passes x transfers).
 */
final class ProgressConstraints {

  /** A send or receive of a pass. */
  private record Event(Instruction instruction, int transfer, boolean send, Code code, int index) {}

  private final ProgramBundle bundle;
  private final List<ProgramViolation> found;
  private final List<List<Event>> events = new ArrayList<>();
  private final int[] next;

  /** Micro-batches by transfer in the order of sending, and how many of them were received. */
  private final List<List<Integer>> sent = new ArrayList<>();

  private final int[] received;

  ProgressConstraints(ProgramBundle bundle, List<ProgramViolation> found) {
    this.bundle = bundle;
    this.found = found;
    this.next = new int[bundle.stages().size()];
    this.received = new int[bundle.transfers().size()];
    bundle.transfers().forEach(t -> sent.add(new ArrayList<>()));
    bundle.stages().forEach(s -> events.add(events(s)));
  }

  /** The events of a step of a stage; {@code index} is the micro-batch, -1 in the update. */
  private List<Event> events(StageProgram stage) {
    List<Code> code = Code.of(stage);
    List<List<Event>> ofCode = code.stream().map(ProgressConstraints::events).toList();
    List<Event> all = new ArrayList<>();
    for (Pass pass : bundle.order().passes(stage.index())) {
      int at = 1 + 2 * pass.chunk() + (pass.phase() == Phase.FORWARD ? 0 : 1);
      for (Event e : ofCode.get(at)) {
        all.add(new Event(e.instruction(), e.transfer(), e.send(), e.code(), pass.microBatch()));
      }
    }
    all.addAll(ofCode.getLast());
    return all;
  }

  private static List<Event> events(Code code) {
    List<Event> events = new ArrayList<>();
    for (Instruction instruction : code.instructions()) {
      if (instruction instanceof Instruction.Send i) {
        events.add(new Event(i, i.transfer(), true, code, -1));
      } else if (instruction instanceof Instruction.Receive i) {
        events.add(new Event(i, i.transfer(), false, code, -1));
      }
    }
    return events;
  }

  void check() {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (int stage = 0; stage < next.length; stage++) {
        moved |= run(stage);
      }
    }
    for (int stage = 0; stage < next.length; stage++) {
      if (next[stage] < events.get(stage).size()) {
        add(event(stage).code(), event(stage).instruction(), stuck(stage));
        return;
      }
    }
  }

  /** Runs a stage until it waits; false where it waits already. */
  private boolean run(int stage) {
    boolean moved = false;
    while (next[stage] < events.get(stage).size()) {
      Event event = event(stage);
      List<Integer> messages = sent.get(event.transfer());
      if (event.send()) {
        messages.add(event.index());
      } else {
        int first = received[event.transfer()];
        if (first == messages.size()) {
          return moved;
        }
        if (messages.get(first) != event.index()) {
          String message = "the next message is of micro-batch %d, not %d";
          add(
              event.code(),
              event.instruction(),
              message.formatted(messages.get(first), event.index()));
        }
        received[event.transfer()]++;
      }
      next[stage]++;
      moved = true;
    }
    return moved;
  }

  private Event event(int stage) {
    return events.get(stage).get(next[stage]);
  }

  /** Who waits for whom, until a stage comes twice or has ended. */
  private String stuck(int first) {
    StringBuilder text = new StringBuilder();
    boolean[] seen = new boolean[next.length];
    int stage = first;
    while (!seen[stage] && next[stage] < events.get(stage).size()) {
      seen[stage] = true;
      Event event = event(stage);
      Transfer transfer = bundle.transfers().get(event.transfer());
      String when = event.index() < 0 ? "" : " of micro-batch " + event.index();
      text.append(stage == first ? "" : ", which ")
          .append("waits in its ")
          .append(event.code().part().name().toLowerCase(java.util.Locale.ROOT))
          .append(when)
          .append(" for ")
          .append(transfer.name())
          .append(" from stage ")
          .append(transfer.fromStage());
      stage = transfer.fromStage();
    }
    return text.append(seen[stage] ? ": a cycle" : ", which has ended").toString();
  }

  private void add(Code code, Instruction instruction, String message) {
    found.add(new ProgramViolation("X8", code.where(instruction), message));
  }
}
