package autopar.program;

import autopar.program.Buffer.Lifetime;
import autopar.schedule.Pass;
import autopar.schedule.Phase;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * X13: runs a step of a stage under its schedule and keeps of every stream what it knows to be done
 * (vector clocks, Mattern 1989): two uses of a buffer by different streams, one of which writes or
 * ends it, are ordered by events, and every event is recorded on one stream. O(instructions x
 * passes x streams).
 */
final class StreamConstraints {

  private static final int STREAMS = Stream.values().length;

  /**
   * The last uses of a buffer: how many instructions their streams had run then, 0 for none.
   *
   * @param write by stream: only the last writer's is set
   */
  private record Uses(int[] write, int[] read) {
    Uses() {
      this(new int[STREAMS], new int[STREAMS]);
    }
  }

  private final ProgramBundle bundle;
  private final StageProgram stage;
  private final List<ProgramViolation> found;

  /** What a stream knows of another: that this many of its instructions are done. */
  private final int[][] known = new int[STREAMS][STREAMS];

  /** By event, what its stream knew when it was recorded last in this step. */
  private final Map<Integer, int[]> recorded = new HashMap<>();

  private final Map<Integer, Stream> recorders = new HashMap<>();
  private final Uses[] lasting;
  private final Map<Integer, Uses[]> ofMicroBatch = new HashMap<>();
  private final Map<Integer, Integer> passesLeft = new HashMap<>();
  private final Set<Instruction> reported = new HashSet<>();

  StreamConstraints(ProgramBundle bundle, StageProgram stage, List<ProgramViolation> found) {
    this.bundle = bundle;
    this.stage = stage;
    this.found = found;
    this.lasting = new Uses[stage.buffers().size()];
  }

  void check(List<Code> all) {
    events(all);
    run(all.getFirst(), 0);
    for (Pass pass : bundle.order().passes(stage.index())) {
      int microBatch = pass.microBatch();
      run(all.get(1 + 2 * pass.chunk() + (pass.phase() == Phase.FORWARD ? 0 : 1)), microBatch);
      if (passesLeft.merge(microBatch, -1, Integer::sum) == -2 * stage.chunks().size()) {
        ofMicroBatch.remove(microBatch);
      }
    }
    run(all.getLast(), 0);
  }

  private void events(List<Code> all) {
    for (Code code : all) {
      for (Instruction instruction : code.instructions()) {
        if (instruction instanceof Instruction.RecordEvent event) {
          Stream other = recorders.putIfAbsent(event.event(), event.on());
          if (other != null && other != event.on()) {
            add(code, instruction, "is recorded on stream " + other + " too");
          }
        }
      }
    }
    for (Code code : all) {
      for (Instruction instruction : code.instructions()) {
        if (instruction instanceof Instruction.WaitEvent event
            && !recorders.containsKey(event.event())) {
          add(code, instruction, "is never recorded");
        }
      }
    }
  }

  private void run(Code code, int microBatch) {
    for (Instruction instruction : code.instructions()) {
      run(code, instruction, microBatch);
    }
  }

  private void run(Code code, Instruction instruction, int microBatch) {
    Stream stream = Stream.of(instruction, stage);
    int[] clock = known[stream.ordinal()];
    if (instruction instanceof Instruction.WaitEvent wait) {
      int[] then = recorded.getOrDefault(wait.event(), new int[STREAMS]);
      for (int s = 0; s < STREAMS; s++) {
        clock[s] = Math.max(clock[s], then[s]);
      }
      return;
    }
    if (instruction instanceof Instruction.RecordEvent event) {
      recorded.put(event.event(), clock.clone());
      return;
    }
    int now = ++clock[stream.ordinal()];
    for (int buffer : instruction.reads()) {
      Uses uses = uses(buffer, microBatch);
      require(code, instruction, buffer, clock, uses.write(), "written");
      uses.read()[stream.ordinal()] = now;
    }
    for (int buffer : instruction.writes()) {
      overwrite(code, instruction, buffer, clock, uses(buffer, microBatch), stream);
    }
    if (instruction.ends().isPresent()) {
      int buffer = instruction.ends().getAsInt();
      overwrite(code, instruction, buffer, clock, uses(buffer, microBatch), stream);
    }
  }

  private void overwrite(
      Code code, Instruction instruction, int buffer, int[] clock, Uses uses, Stream stream) {
    require(code, instruction, buffer, clock, uses.write(), "written");
    require(code, instruction, buffer, clock, uses.read(), "read");
    Arrays.fill(uses.write(), 0);
    Arrays.fill(uses.read(), 0);
    uses.write()[stream.ordinal()] = clock[stream.ordinal()];
  }

  private void require(
      Code code, Instruction instruction, int buffer, int[] clock, int[] done, String how) {
    for (int s = 0; s < STREAMS; s++) {
      if (done[s] > clock[s] && reported.add(instruction)) {
        String message = "nothing orders it after stream %s, where buffer %d (%s) is %s";
        String name = stage.buffer(buffer).name();
        add(code, instruction, message.formatted(Stream.values()[s], buffer, name, how));
      }
    }
  }

  private Uses uses(int buffer, int microBatch) {
    Uses[] home =
        stage.buffer(buffer).lifetime() == Lifetime.MICRO_BATCH
            ? ofMicroBatch.computeIfAbsent(microBatch, m -> new Uses[lasting.length])
            : lasting;
    if (home[buffer] == null) {
      home[buffer] = new Uses();
    }
    return home[buffer];
  }

  private void add(Code code, Instruction instruction, String message) {
    found.add(new ProgramViolation("X13", code.where(instruction), message));
  }
}
