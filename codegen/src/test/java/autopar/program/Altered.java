package autopar.program;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/** Bundles that differ from another in one place. */
final class Altered {

  private Altered() {}

  static <T> List<T> list(List<T> list, Consumer<List<T>> change) {
    List<T> copy = new ArrayList<>(list);
    change.accept(copy);
    return copy;
  }

  static ProgramBundle stage(ProgramBundle b, StageProgram stage) {
    return stages(b, list(b.stages(), l -> l.set(stage.index(), stage)));
  }

  static ProgramBundle stages(ProgramBundle b, List<StageProgram> stages) {
    return new ProgramBundle(
        b.model(),
        b.precision(),
        b.optimizer(),
        b.globalBatch(),
        b.microBatch(),
        b.inputs(),
        b.ranks(),
        b.hosts(),
        b.order(),
        stages,
        b.transfers());
  }

  static ProgramBundle transfer(ProgramBundle b, Transfer transfer) {
    return new ProgramBundle(
        b.model(),
        b.precision(),
        b.optimizer(),
        b.globalBatch(),
        b.microBatch(),
        b.inputs(),
        b.ranks(),
        b.hosts(),
        b.order(),
        b.stages(),
        list(b.transfers(), l -> l.set(transfer.id(), transfer)));
  }

  /** The stage with other instructions in the stretch that {@code code} names. */
  static StageProgram code(StageProgram s, Code code, List<Instruction> now) {
    return new StageProgram(
        s.index(),
        s.mesh(),
        s.buffers(),
        s.parameters(),
        code.part() == Code.Part.BEGIN ? now : s.begin(),
        list(
            s.chunks(),
            l -> {
              StageProgram.Chunk old = l.get(code.chunk());
              if (code.part() == Code.Part.FORWARD) {
                l.set(code.chunk(), new StageProgram.Chunk(now, old.backward()));
              } else if (code.part() == Code.Part.BACKWARD) {
                l.set(code.chunk(), new StageProgram.Chunk(old.forward(), now));
              }
            }),
        code.part() == Code.Part.UPDATE ? now : s.update(),
        s.loss());
  }

  static StageProgram loss(StageProgram s, OptionalInt loss) {
    return new StageProgram(
        s.index(), s.mesh(), s.buffers(), s.parameters(), s.begin(), s.chunks(), s.update(), loss);
  }

  static StageProgram mesh(StageProgram s, StageMesh mesh) {
    return new StageProgram(
        s.index(), mesh, s.buffers(), s.parameters(), s.begin(), s.chunks(), s.update(), s.loss());
  }

  static StageProgram buffers(StageProgram s, List<Buffer> buffers) {
    return new StageProgram(
        s.index(), s.mesh(), buffers, s.parameters(), s.begin(), s.chunks(), s.update(), s.loss());
  }

  static StageProgram parameters(StageProgram s, List<ParameterSlot> parameters) {
    return new StageProgram(
        s.index(), s.mesh(), s.buffers(), parameters, s.begin(), s.chunks(), s.update(), s.loss());
  }

  /** An instruction of a bundle. */
  record Place(Code code, int index) {
    Instruction instruction() {
      return code.instructions().get(index);
    }
  }

  /** The first instruction of a kind that fits. */
  static <T extends Instruction> Place find(
      ProgramBundle bundle, Class<T> kind, BiPredicate<Code, T> fits) {
    for (StageProgram stage : bundle.stages()) {
      for (Code code : Code.of(stage)) {
        for (int i = 0; i < code.instructions().size(); i++) {
          Instruction instruction = code.instructions().get(i);
          if (kind.isInstance(instruction) && fits.test(code, kind.cast(instruction))) {
            return new Place(code, i);
          }
        }
      }
    }
    throw new AssertionError("the bundle has no such " + kind.getSimpleName());
  }

  static <T extends Instruction> Place find(ProgramBundle bundle, Class<T> kind, Code.Part part) {
    return find(bundle, kind, (code, i) -> code.part() == part);
  }

  static ProgramBundle with(ProgramBundle bundle, Code code, List<Instruction> now) {
    return Altered.stage(bundle, Altered.code(code.stage(), code, now));
  }

  static ProgramBundle without(ProgramBundle bundle, Place place) {
    return with(
        bundle,
        place.code(),
        Altered.list(place.code().instructions(), l -> l.remove(place.index())));
  }

  static ProgramBundle twice(ProgramBundle bundle, Place place) {
    return with(
        bundle,
        place.code(),
        Altered.list(place.code().instructions(), l -> l.add(place.index(), place.instruction())));
  }

  static ProgramBundle replaced(ProgramBundle bundle, Place place, Instruction now) {
    return with(
        bundle,
        place.code(),
        Altered.list(place.code().instructions(), l -> l.set(place.index(), now)));
  }
}
