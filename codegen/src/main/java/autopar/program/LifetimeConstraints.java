package autopar.program;

import autopar.program.Buffer.Lifetime;
import java.util.Arrays;
import java.util.List;

/** X1, X2, X3: buffers are written once, then read, then they end. */
final class LifetimeConstraints {

  private enum State {
    UNWRITTEN,
    LIVE,
    ENDED
  }

  private final StageProgram stage;
  private final List<ProgramViolation> found;
  private final State[] states;

  /** Buffers of the run that were overwritten in this step. */
  private final boolean[] overwritten;

  private final boolean[] ofParameters;

  /** The code that may overwrite a buffer of a parameter. */
  private final Code.Part[] overwritable;

  LifetimeConstraints(StageProgram stage, List<ProgramViolation> found) {
    this.stage = stage;
    this.found = found;
    int buffers = stage.buffers().size();
    this.states = new State[buffers];
    this.overwritten = new boolean[buffers];
    this.ofParameters = new boolean[buffers];
    this.overwritable = new Code.Part[buffers];
    Arrays.fill(states, State.UNWRITTEN);
    for (ParameterSlot slot : stage.parameters()) {
      for (int buffer : FormConstraints.buffers(slot)) {
        ofParameters[buffer] = true;
        states[buffer] = State.LIVE;
      }
      overwritable[slot.value()] = Code.Part.UPDATE;
      slot.gradient().ifPresent(g -> overwritable[g] = Code.Part.BEGIN);
    }
  }

  void check(List<Code> all) {
    for (Code code : all) {
      for (Instruction instruction : code.instructions()) {
        step(code, instruction);
      }
      if (code.part() == Code.Part.BACKWARD) {
        ended(code, Lifetime.MICRO_BATCH);
      } else if (code.part() == Code.Part.UPDATE) {
        ended(code, Lifetime.UPDATE);
      }
    }
  }

  private void ended(Code code, Lifetime lifetime) {
    for (Buffer buffer : stage.buffers()) {
      if (buffer.lifetime() == lifetime && states[buffer.id()] == State.LIVE) {
        add("X2", code.where(), buffer, "is not freed by its end");
        states[buffer.id()] = State.ENDED;
      }
    }
  }

  private void step(Code code, Instruction instruction) {
    for (int read : instruction.reads()) {
      read(code, instruction, read);
    }
    instruction.ends().ifPresent(b -> end(code, instruction, b));
    for (int written : instruction.writes()) {
      if (!inPlace(instruction)) {
        write(code, instruction, written);
      }
    }
  }

  private static boolean inPlace(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Accumulate i -> true;
      case Instruction.Update i -> true;
      case Instruction.Decay i -> true;
      case Instruction.Moments i -> false;
      case Instruction.ToHost i -> false;
      case Instruction.ToDevice i -> false;
      case Instruction.Launch i -> false;
      case Instruction.Statistics i -> false;
      case Instruction.Finish i -> false;
      case Instruction.AllReduce i -> false;
      case Instruction.ReduceScatter i -> false;
      case Instruction.AllGather i -> false;
      case Instruction.AllToAll i -> false;
      case Instruction.Slice i -> false;
      case Instruction.KeepFirst i -> false;
      case Instruction.Load i -> false;
      case Instruction.Fill i -> false;
      case Instruction.Copy i -> false;
      case Instruction.Send i -> false;
      case Instruction.Receive i -> false;
      case Instruction.Free i -> false;
      case Instruction.RecordEvent i -> false;
      case Instruction.WaitEvent i -> false;
    };
  }

  private void read(Code code, Instruction instruction, int id) {
    switch (states[id]) {
      case LIVE -> {}
      case UNWRITTEN -> {
        add("X1", code.where(instruction), stage.buffer(id), "is read before it is written");
        states[id] = State.LIVE;
      }
      case ENDED -> add("X1", code.where(instruction), stage.buffer(id), "is used after its end");
    }
  }

  private void end(Code code, Instruction instruction, int id) {
    Buffer buffer = stage.buffer(id);
    if (buffer.lifetime() == Lifetime.RUN) {
      add("X2", code.where(instruction), buffer, "lives for the whole run but is ended");
    } else if (states[id] != State.LIVE) {
      String how = states[id] == State.ENDED ? "is ended twice" : "is ended but never written";
      add("X2", code.where(instruction), buffer, how);
    } else {
      states[id] = State.ENDED;
    }
  }

  private void write(Code code, Instruction instruction, int id) {
    Buffer buffer = stage.buffer(id);
    boolean twice =
        switch (buffer.lifetime()) {
          case RUN -> runIsWrittenTwice(code, id);
          case MICRO_BATCH, UPDATE -> states[id] != State.UNWRITTEN;
        };
    if (twice) {
      add("X3", code.where(instruction), buffer, "is written twice");
    }
    if (!livesIn(code.part(), buffer.lifetime())) {
      add("X2", code.where(instruction), buffer, "lives for " + buffer.lifetime() + " only");
    }
    states[id] = State.LIVE;
  }

  /** Accumulators are cleared in begin, parameters take new values in update; once per step. */
  private boolean runIsWrittenTwice(Code code, int id) {
    boolean allowed = !ofParameters[id] || code.part() == overwritable[id];
    boolean twice = overwritten[id] || !allowed || code.part().perMicroBatch();
    overwritten[id] = true;
    return twice;
  }

  private static boolean livesIn(Code.Part part, Lifetime lifetime) {
    return switch (lifetime) {
      case RUN -> true;
      case MICRO_BATCH -> part.perMicroBatch();
      case UPDATE -> part == Code.Part.UPDATE;
    };
  }

  private void add(String constraint, String where, Buffer buffer, String message) {
    found.add(
        new ProgramViolation(
            constraint, where, "buffer " + buffer.id() + " (" + buffer.name() + ") " + message));
  }
}
