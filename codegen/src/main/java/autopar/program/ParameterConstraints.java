package autopar.program;

import autopar.program.Instruction.Fill.Content;
import autopar.training.Optimizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * X9: the life of parameters in a step. The gradient of a trained one is zeroed in begin, added to
 * in backward only, brought through sums and transfers to one update of its values (or of their
 * fp32 copies), which then become the parameter; a frozen one is never written.
 */
final class ParameterConstraints {

  private final ProgramBundle bundle;
  private final StageProgram stage;
  private final List<ProgramViolation> found;
  private final Map<String, ParameterSlot> trained = new HashMap<>();

  /** Whose accumulator a buffer is, and whose it is by the name that transfers use. */
  private final Map<Integer, ParameterSlot> accumulators = new HashMap<>();

  private final Map<String, ParameterSlot> byGradient = new HashMap<>();
  private final Map<Integer, ParameterSlot> values = new HashMap<>();

  private final Set<List<Integer>> summands = new HashSet<>();
  private final int[] zeroed;
  private final int[] added;

  /** In the update: whose gradient, old values or new values a buffer holds. */
  private final Map<Integer, ParameterSlot> gradients = new HashMap<>();

  private final Map<Integer, ParameterSlot> oldValues = new HashMap<>();
  private final Map<Integer, ParameterSlot> newValues = new HashMap<>();
  private final Set<String> updated = new HashSet<>();

  /** Whose moments a buffer sums, and whose states have decayed. */
  private final Map<Integer, ParameterSlot> sums = new HashMap<>();

  private final Set<String> decayed = new HashSet<>();

  ParameterConstraints(ProgramBundle bundle, StageProgram stage, List<ProgramViolation> found) {
    this.bundle = bundle;
    this.stage = stage;
    this.found = found;
    this.zeroed = new int[stage.buffers().size()];
    this.added = new int[stage.buffers().size()];
    for (ParameterSlot slot : stage.parameters()) {
      values.put(slot.value(), slot);
      oldValues.put(slot.master().orElse(slot.value()), slot);
      if (slot.trained()) {
        int gradient = slot.gradient().getAsInt();
        trained.put(slot.name(), slot);
        accumulators.put(gradient, slot);
        byGradient.put(stage.buffer(gradient).name(), slot);
      }
    }
    gradients.putAll(accumulators);
  }

  void check(List<Code> all) {
    for (Code code : all) {
      for (Instruction instruction : code.instructions()) {
        if (instruction instanceof Instruction.Fill fill && fill.content() == Content.ZERO) {
          zeroed[fill.to()] += code.part() == Code.Part.BEGIN ? 1 : 0;
        } else if (instruction instanceof Instruction.Accumulate sum) {
          accumulate(code, sum);
        }
        if (instruction instanceof Instruction.Update update) {
          update(code, update);
        } else if (code.part() == Code.Part.UPDATE) {
          follow(code, instruction);
        }
      }
    }
    for (ParameterSlot slot : stage.parameters()) {
      parameter(slot);
    }
  }

  private void accumulate(Code code, Instruction.Accumulate sum) {
    if (accumulators.containsKey(sum.to())) {
      added[sum.to()]++;
      if (!summands.add(List.of(sum.from(), sum.to()))) {
        add(code.where(sum), "the same gradient is added twice");
      }
      if (code.part() != Code.Part.BACKWARD || sum.weighted()) {
        add(code.where(sum), "gradients are added up in backward, as they are");
      }
    }
  }

  private void parameter(ParameterSlot slot) {
    String where = "stage " + stage.index() + ", " + slot.name();
    if (slot.trained()) {
      int gradient = slot.gradient().getAsInt();
      if (zeroed[gradient] != 1) {
        add(where, "its gradient is zeroed " + zeroed[gradient] + " times a step");
      }
      if (added[gradient] == 0) {
        add(where, "no backward adds to its gradient");
      }
      if (!updated.contains(slot.name())) {
        add(where, "it is never updated");
      } else if (newValues.get(slot.value()) != slot) {
        add(where, "it does not get its new values");
      }
    }
  }

  private void update(Code code, Instruction.Update i) {
    ParameterSlot slot = trained.get(i.parameter());
    if (slot == null) {
      add(code.where(i), i.parameter() + " is frozen, or no parameter of the stage");
      return;
    }
    if (code.part() != Code.Part.UPDATE || !updated.add(slot.name())) {
      add(code.where(i), "not once per step");
    }
    if (gradients.get(i.gradient()) != slot) {
      add(code.where(i), "the gradient is not that of the parameter");
    }
    boolean ofValues =
        slot.master().isPresent()
            ? i.weight() == slot.master().getAsInt()
            : oldValues.get(i.weight()) == slot;
    if (!ofValues || !i.states().equals(slot.states())) {
      add(code.where(i), "weight or states are not those of the parameter");
    }
    boolean factored = bundle.optimizer() == Optimizer.ADAFACTOR;
    if (i.moments().size() != (factored ? slot.states().size() : 0)
        || i.moments().stream().anyMatch(m -> sums.get(m) != slot)
        || factored != decayed.contains(slot.name())) {
      add(code.where(i), "the moments are not those of the parameter");
    }
    oldValues.remove(i.weight());
    newValues.put(i.weight(), slot);
  }

  /** A sum is of the parameter whose gradient or states go in; states count once they decayed. */
  private void moments(Code code, Instruction.Moments i) {
    int first = i.operands().getFirst();
    ParameterSlot slot =
        switch (i.kind()) {
          case ROWS, COLUMNS, STEP -> gradients.get(first);
          case MATRICES -> stateOf(first);
        };
    boolean late =
        switch (i.kind()) {
          case ROWS, COLUMNS -> false;
          case MATRICES, STEP -> true;
        };
    if (slot == null || decayed.contains(slot.name()) != late) {
      add(code.where(i), "of no gradient or state, or not in its turn");
      return;
    }
    sums.put(i.result(), slot);
  }

  private ParameterSlot stateOf(int buffer) {
    return stage.parameters().stream()
        .filter(slot -> slot.states().contains(buffer))
        .findFirst()
        .orElse(null);
  }

  private void decay(Code code, Instruction.Decay i) {
    ParameterSlot slot = gradients.get(i.gradient());
    if (slot == null
        || !i.states().equals(slot.states())
        || i.sums().size() != i.states().size()
        || i.sums().stream().anyMatch(sum -> sums.get(sum) != slot)
        || !decayed.add(slot.name())) {
      add(code.where(i), "sums and states are not those of the gradient, once per step");
    }
  }

  /** What a buffer of the update is made of. */
  private void follow(Code code, Instruction instruction) {
    switch (instruction) {
      case Instruction.AllReduce i -> moved(code, i, i.from(), i.to());
      case Instruction.ReduceScatter i -> moved(code, i, i.from(), i.to());
      case Instruction.AllGather i -> moved(code, i, i.from(), i.to());
      case Instruction.AllToAll i -> moved(code, i, i.from(), i.to());
      case Instruction.Slice i -> moved(code, i, i.from(), i.to());
      case Instruction.KeepFirst i -> moved(code, i, i.from(), i.to());
      case Instruction.Copy i -> moved(code, i, i.from(), i.to());
      case Instruction.ToHost i -> moved(code, i, i.from(), i.to());
      case Instruction.ToDevice i -> moved(code, i, i.from(), i.to());
      case Instruction.Launch i -> sum(i);
      case Instruction.Receive i -> {
        ParameterSlot slot = byGradient.get(bundle.transfers().get(i.transfer()).name());
        put(gradients, i.to(), slot);
      }
      case Instruction.Send i -> {
        ParameterSlot slot = byGradient.get(bundle.transfers().get(i.transfer()).name());
        if (slot == null || gradients.get(i.from()) != slot) {
          add(code.where(i), "the gradient is not that of the transfer");
        }
      }
      case Instruction.Statistics i -> {}
      case Instruction.Finish i -> {}
      case Instruction.Load i -> {}
      case Instruction.Fill i -> {}
      case Instruction.Accumulate i -> {}
      case Instruction.Update i -> {}
      case Instruction.Moments i -> moments(code, i);
      case Instruction.Decay i -> decay(code, i);
      case Instruction.Free i -> {}
      case Instruction.RecordEvent i -> {}
      case Instruction.WaitEvent i -> {}
    }
  }

  private void moved(Code code, Instruction instruction, int from, int to) {
    put(gradients, to, gradients.get(from));
    put(oldValues, to, oldValues.get(from));
    put(newValues, to, newValues.get(from));
    put(sums, to, sums.get(from));
    ParameterSlot overwritten = values.get(to);
    if (overwritten != null && newValues.get(to) != overwritten) {
      add(code.where(instruction), "not by the new values of " + overwritten.name());
    }
  }

  private void sum(Instruction.Launch i) {
    ParameterSlot slot = gradients.get(i.operands().getFirst());
    boolean all = i.operands().stream().allMatch(o -> gradients.get(o) == slot);
    i.results().forEach(r -> put(gradients, r, all ? slot : null));
  }

  private static void put(Map<Integer, ParameterSlot> map, int buffer, ParameterSlot slot) {
    if (slot == null) {
      map.remove(buffer);
    } else {
      map.put(buffer, slot);
    }
  }

  private void add(String where, String message) {
    found.add(new ProgramViolation("X9", where, message));
  }
}
