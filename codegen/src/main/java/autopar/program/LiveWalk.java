package autopar.program;

import autopar.program.Buffer.Lifetime;
import autopar.program.Buffer.Place;
import autopar.schedule.Pass;
import autopar.schedule.Phase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the peak of {@link LiveBytes}: the code of every chunk is walked once per size of
 * micro-batch for what it adds and its highest point; then the passes of the schedule are.
 */
final class LiveWalk {

  /** Bytes beyond those of the run. */
  private record Amount(long activations, long transients) {

    private static final Amount NONE = new Amount(0, 0);

    long total() {
      return activations + transients;
    }

    Amount plus(Amount other) {
      return new Amount(activations + other.activations, transients + other.transients);
    }
  }

  /**
   * What code does to the bytes that are alive.
   *
   * @param highest relative to its start
   * @param at the instruction that reaches it, or null where nothing is ever written
   * @param net what is left at its end, relative to its start
   */
  private record Course(Amount highest, Instruction at, Amount net) {}

  private final ProgramBundle bundle;
  private final StageProgram stage;
  private final int[] axisSizes;
  private final int[] coordinates;
  private final boolean[] held;
  private final Map<List<Long>, Course> courses = new HashMap<>();

  LiveWalk(ProgramBundle bundle, StageProgram stage, int position) {
    this.bundle = bundle;
    this.stage = stage;
    this.axisSizes = stage.mesh().sizes();
    this.coordinates = stage.mesh().coordinates(position);
    this.held = held(stage);
  }

  /** Which buffers the forward code of a chunk leaves to its backward code. */
  private static boolean[] held(StageProgram stage) {
    boolean[] held = new boolean[stage.buffers().size()];
    for (StageProgram.Chunk chunk : stage.chunks()) {
      for (Instruction instruction : chunk.forward()) {
        for (int buffer : instruction.writes()) {
          held[buffer] = stage.buffer(buffer).lifetime() == Lifetime.MICRO_BATCH;
        }
        instruction.ends().ifPresent(b -> held[b] = false);
      }
    }
    return held;
  }

  LiveBytes peak() {
    Amount live = Amount.NONE;
    Amount highest = Amount.NONE;
    Instruction at = null;
    String when = "begin";
    for (Pass pass : bundle.order().passes(stage.index())) {
      Course course = course(pass);
      Amount reached = live.plus(course.highest());
      if (reached.total() > highest.total()) {
        highest = reached;
        at = course.at();
        when = words(pass);
      }
      live = live.plus(course.net());
    }
    Course update = course(stage.update(), bundle.microBatch());
    if (live.plus(update.highest()).total() > highest.total()) {
      highest = live.plus(update.highest());
      at = update.at();
      when = "update";
    }
    String where = at == null ? when : when + ", " + InstructionText.of(at, stage);
    return withRun(highest, where);
  }

  private static String words(Pass pass) {
    String phase =
        switch (pass.phase()) {
          case FORWARD -> "forward";
          case BACKWARD -> "backward";
        };
    return "%s of micro-batch %d in chunk %d".formatted(phase, pass.microBatch(), pass.chunk());
  }

  private LiveBytes withRun(Amount highest, String where) {
    long parameters = 0;
    long gradients = 0;
    long optimizer = 0;
    long others = 0;
    Set<Integer> values = new HashSet<>();
    Set<Integer> accumulators = new HashSet<>();
    Set<Integer> states = new HashSet<>();
    for (ParameterSlot slot : stage.parameters()) {
      values.add(slot.value());
      slot.gradient().ifPresent(accumulators::add);
      slot.master().ifPresent(states::add);
      states.addAll(slot.states());
    }
    for (Buffer buffer : stage.buffers()) {
      if (buffer.lifetime() != Lifetime.RUN) {
        continue;
      }
      long bytes = bytes(buffer.id(), bundle.microBatch());
      if (values.contains(buffer.id())) {
        parameters += bytes;
      } else if (accumulators.contains(buffer.id())) {
        gradients += bytes;
      } else if (states.contains(buffer.id())) {
        optimizer += bytes;
      } else {
        others += bytes;
      }
    }
    return new LiveBytes(
        parameters,
        gradients,
        optimizer,
        highest.activations(),
        highest.transients() + others,
        where);
  }

  private Course course(Pass pass) {
    long batch = bundle.samples(pass.microBatch());
    StageProgram.Chunk chunk = stage.chunks().get(pass.chunk());
    boolean forward = pass.phase() == Phase.FORWARD;
    return courses.computeIfAbsent(
        List.of((long) pass.chunk(), forward ? 1L : 0L, batch),
        k -> course(forward ? chunk.forward() : chunk.backward(), batch));
  }

  private Course course(List<Instruction> code, long batch) {
    long activations = 0;
    long transients = 0;
    Amount highest = Amount.NONE;
    Instruction at = null;
    for (Instruction instruction : code) {
      if (instruction instanceof Instruction.AllReduce sum && sum.inPlace()) {
        long bytes = bytes(sum.from(), batch);
        activations -= held[sum.from()] ? bytes : 0;
        transients -= held[sum.from()] ? 0 : bytes;
      }
      for (int buffer : instruction.writes()) {
        if (stage.buffer(buffer).lifetime() != Lifetime.RUN && isNew(instruction, buffer)) {
          activations += held[buffer] ? bytes(buffer, batch) : 0;
          transients += held[buffer] ? 0 : bytes(buffer, batch);
        }
      }
      if (activations + transients > highest.total()) {
        highest = new Amount(activations, transients);
        at = instruction;
      }
      if (instruction instanceof Instruction.Free free) {
        long bytes = bytes(free.buffer(), batch);
        activations -= held[free.buffer()] ? bytes : 0;
        transients -= held[free.buffer()] ? 0 : bytes;
      }
    }
    return new Course(highest, at, new Amount(activations, transients));
  }

  /** Is the buffer made by the instruction, not changed in place? */
  private static boolean isNew(Instruction instruction, int buffer) {
    return !instruction.reads().contains(buffer);
  }

  /** Of device memory. */
  private long bytes(int buffer, long batch) {
    return stage.buffer(buffer).place() == Place.HOST
        ? 0
        : stage.buffer(buffer).bytes(batch, axisSizes, coordinates);
  }
}
