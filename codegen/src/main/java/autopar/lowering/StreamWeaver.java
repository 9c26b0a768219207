package autopar.lowering;

import autopar.lowering.SharedUses.Part;
import autopar.program.Buffer.Lifetime;
import autopar.program.Instruction;
import autopar.program.StageProgram;
import autopar.program.Stream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntSupplier;

/**
 * Puts events into stretches of code that run one after the other. Of every stream it keeps which
 * step of every other stream it has waited for, what follows from those waits included (vector
 * clocks), so that it waits for nothing twice.
 */
final class StreamWeaver {

  private static final int STREAMS = Stream.values().length;

  /** Instructions that start together: one, or sums that are one collective. */
  private static final class Step {
    final Stream stream;
    final int part;
    final List<Instruction> instructions;
    final Set<Integer> waits = new LinkedHashSet<>();
    final Set<Integer> records = new TreeSet<>();

    /** What its stream had waited for when it started: a step per stream, -1 for none. */
    int[] clock;

    /** The event after it within these stretches, -1 for none. */
    int event = -1;

    Step(Stream stream, int part, List<Instruction> instructions) {
      this.stream = stream;
      this.part = part;
      this.instructions = instructions;
    }
  }

  /** The last uses of a buffer, as steps, -1 for none. */
  private static final class Uses {
    int write = -1;
    final int[] reads = new int[STREAMS];

    Uses() {
      Arrays.fill(reads, -1);
    }
  }

  private record Crossing(int event, Stream waiting) {}

  private final StageProgram program;
  private final SharedUses shared;
  private final IntSupplier numbers;
  private final List<Step> steps = new ArrayList<>();
  private final int[][] known = new int[STREAMS][STREAMS];
  private final Map<Integer, Uses> uses = new HashMap<>();

  /** Of the stretch that is read: events of other stretches that streams have waited for. */
  private final Set<Crossing> crossed = new TreeSet<>(StreamWeaver::compare);

  /** Of the stretch that is read: the last step that each event is recorded after. */
  private final Map<Integer, Step> lastUses = new HashMap<>();

  private int parts;

  /** The first step of the stretch that is read. */
  private int start;

  StreamWeaver(StageProgram program, SharedUses shared, IntSupplier numbers) {
    this.program = program;
    this.shared = shared;
    this.numbers = numbers;
    for (int[] of : known) {
      Arrays.fill(of, -1);
    }
  }

  private static int compare(Crossing a, Crossing b) {
    return a.event() != b.event()
        ? Integer.compare(a.event(), b.event())
        : a.waiting().compareTo(b.waiting());
  }

  /** Adds a stretch that follows those before. */
  void read(List<Instruction> code, Part part) {
    crossed.clear();
    lastUses.clear();
    start = steps.size();
    for (int at = 0; at < code.size(); ) {
      List<? extends Instruction> together = Instruction.together(code, at);
      int count = Math.max(1, together.size());
      List<Instruction> unit = code.subList(at, at + count);
      step(new Step(Stream.of(unit.getFirst(), program), parts, unit), part);
      at += count;
    }
    lastUses.forEach((event, step) -> step.records.add(event));
    parts++;
  }

  private void step(Step step, Part part) {
    int index = steps.size();
    Set<Integer> needed = new TreeSet<>(Collections.reverseOrder());
    for (Instruction instruction : step.instructions) {
      for (int buffer : instruction.reads()) {
        needed.add(of(buffer).write);
      }
      for (int buffer : written(instruction)) {
        needed.add(of(buffer).write);
        for (int read : of(buffer).reads) {
          needed.add(read);
        }
      }
    }
    int[] clock = known[step.stream.ordinal()];
    // Latest first: what it waited for is known then too.
    for (int before : needed) {
      if (before >= 0 && steps.get(before).stream != step.stream) {
        await(step, clock, before);
      }
    }
    for (Instruction instruction : step.instructions) {
      instruction.reads().forEach(b -> shared(step, part, clock, b, false));
      written(instruction).forEach(b -> shared(step, part, clock, b, true));
    }
    clock[step.stream.ordinal()] = index;
    step.clock = clock.clone();
    steps.add(step);
    for (Instruction instruction : step.instructions) {
      instruction.reads().forEach(b -> of(b).reads[step.stream.ordinal()] = index);
      written(instruction).forEach(b -> of(b).write = index);
    }
  }

  private void await(Step step, int[] clock, int before) {
    Step awaited = steps.get(before);
    if (clock[awaited.stream.ordinal()] >= before) {
      return;
    }
    if (awaited.event < 0) {
      awaited.event = numbers.getAsInt();
      awaited.records.add(awaited.event);
    }
    step.waits.add(awaited.event);
    for (int s = 0; s < STREAMS; s++) {
      clock[s] = Math.max(clock[s], awaited.clock[s]);
    }
  }

  private void shared(Step step, Part part, int[] clock, int buffer, boolean writes) {
    if (program.buffer(buffer).lifetime() != Lifetime.RUN) {
      return;
    }
    for (Stream other : shared.before(buffer, part, step.stream, writes)) {
      int event = shared.event(buffer, other);
      // Whatever the other stream does in this stretch comes after its stretches before.
      boolean follows = clock[other.ordinal()] >= start;
      if (!follows && crossed.add(new Crossing(event, step.stream))) {
        step.waits.add(event);
      }
    }
    if (shared.isAwaited(buffer, part, step.stream, writes)) {
      lastUses.put(shared.event(buffer, step.stream), step);
    }
  }

  private Uses of(int buffer) {
    return uses.computeIfAbsent(buffer, b -> new Uses());
  }

  private static List<Integer> written(Instruction instruction) {
    List<Integer> all = new ArrayList<>(instruction.writes());
    instruction.ends().ifPresent(all::add);
    return all;
  }

  /** The events that streams wait for in these stretches. */
  Set<Integer> awaited() {
    Set<Integer> all = new TreeSet<>();
    steps.forEach(step -> all.addAll(step.waits));
    return all;
  }

  /** The stretches with their waits, and the events that are awaited somewhere. */
  List<List<Instruction>> woven(Set<Integer> awaited) {
    List<List<Instruction>> all = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      all.add(new ArrayList<>());
    }
    for (Step step : steps) {
      List<Instruction> out = all.get(step.part);
      step.waits.forEach(event -> out.add(new Instruction.WaitEvent(event, step.stream)));
      out.addAll(step.instructions);
      step.records.stream()
          .filter(awaited::contains)
          .forEach(event -> out.add(new Instruction.RecordEvent(event, step.stream)));
    }
    return all;
  }
}
