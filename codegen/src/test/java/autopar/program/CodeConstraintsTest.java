package autopar.program;

import static autopar.program.Altered.find;
import static autopar.program.Altered.replaced;
import static autopar.program.Altered.twice;
import static autopar.program.Altered.with;
import static autopar.program.Altered.without;
import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.op.StatisticsRounds.Combine;
import autopar.ir.type.Precision;
import autopar.program.Altered.Place;
import autopar.program.Code.Part;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** X1 to X5 and X10: each, broken in one place of a sound bundle, is reported and no other. */
final class CodeConstraintsTest {

  /** Two stages of two-way data and two-way tensor parallel ranks, with tied embeddings. */
  private static final ProgramBundle GOOD =
      PlannedBundle.of(
          "gpt", 8, 8, Precision.BF16, "stages=2,tensor=2,data=2,micro_batch=1,zero=1");

  /** ZeRO-3 gathers parameters, sequence parallelism moves splits. */
  private static final ProgramBundle SPREAD =
      PlannedBundle.of("gpt", 4, 4, Precision.BF16, "data=2,tensor=2,zero=3");

  /** A large vocabulary is split, so that the loss finishes through statistics. */
  private static final ProgramBundle STATISTICS =
      PlannedBundle.of(
          "gpt",
          Map.of("layers", 2L, "seq", 64L, "hidden", 64L, "heads", 4L, "vocab", 8192L),
          4,
          4,
          Precision.BF16,
          "tensor=4");

  private static void breaks(ProgramBundle bundle, String constraint) {
    assertThat(ProgramVerifier.verify(bundle))
        .isNotEmpty()
        .allMatch(v -> v.constraint().equals(constraint));
  }

  @Test
  void x1ReadBeforeWritten() {
    breaks(without(GOOD, find(GOOD, Instruction.Launch.class, Part.FORWARD)), "X1");
    breaks(without(GOOD, find(GOOD, Instruction.Load.class, Part.FORWARD)), "X1");
  }

  @Test
  void x1UsedAfterItsEnd() {
    Place free =
        find(
            GOOD,
            Instruction.Free.class,
            (code, i) -> {
              Instruction before = code.instructions().get(code.instructions().indexOf(i) - 1);
              return before instanceof Instruction.Launch && before.reads().contains(i.buffer());
            });
    List<Instruction> swapped =
        Altered.list(
            free.code().instructions(), l -> Collections.swap(l, free.index(), free.index() - 1));
    breaks(with(GOOD, free.code(), swapped), "X1");
  }

  @Test
  void x1UsedAfterItsMemoryWasTaken() {
    Place sum = find(GOOD, Instruction.AllReduce.class, (code, i) -> i.inPlace());
    Instruction.AllReduce i = (Instruction.AllReduce) sum.instruction();
    List<Instruction> longer =
        Altered.list(
            sum.code().instructions(),
            l -> l.add(sum.index() + 1, new Instruction.Copy(i.from(), i.from())));
    assertThat(ProgramVerifier.verify(with(GOOD, sum.code(), longer)))
        .anyMatch(v -> v.constraint().equals("X1") && v.message().contains("after its end"));
  }

  @Test
  void x2NeverFreed() {
    for (Part part : List.of(Part.FORWARD, Part.BACKWARD, Part.UPDATE)) {
      breaks(without(GOOD, find(GOOD, Instruction.Free.class, part)), "X2");
    }
  }

  @Test
  void x2FreedTwice() {
    breaks(twice(GOOD, find(GOOD, Instruction.Free.class, Part.BACKWARD)), "X2");
  }

  @Test
  void x2ABufferOfTheRunIsFreed() {
    Place last = find(GOOD, Instruction.Update.class, Part.UPDATE);
    int weight = ((Instruction.Update) last.instruction()).weight();
    List<Instruction> longer =
        Altered.list(
            last.code().instructions(), l -> l.add(new Instruction.Free(weight, Stream.COMPUTE)));
    breaks(with(GOOD, last.code(), longer), "X2");
  }

  @Test
  void x3WrittenTwice() {
    breaks(twice(GOOD, find(GOOD, Instruction.Launch.class, Part.FORWARD)), "X3");
    breaks(twice(GOOD, find(GOOD, Instruction.Copy.class, Part.UPDATE)), "X3");
    breaks(twice(SPREAD, find(SPREAD, Instruction.AllGather.class, Part.FORWARD)), "X3");
  }

  @Test
  void x3AParameterIsOverwrittenInAPass() {
    Place load = find(GOOD, Instruction.Load.class, Part.FORWARD);
    int value = load.code().stage().parameters().getFirst().value();
    List<Instruction> longer =
        Altered.list(
            load.code().instructions(),
            l -> l.add(new Instruction.Fill(value, Instruction.Fill.Content.ZERO)));
    breaks(with(GOOD, load.code(), longer), "X3");
  }

  @Test
  void x4AnAllReduceOverOtherAxes() {
    Place sum =
        find(
            GOOD,
            Instruction.AllReduce.class,
            (code, i) -> Integer.bitCount(i.mask()) == 1 && code.part() == Part.FORWARD);
    Instruction.AllReduce old = (Instruction.AllReduce) sum.instruction();
    ProgramBundle other =
        replaced(
            GOOD,
            sum,
            new Instruction.AllReduce(
                old.from(), old.to(), old.mask() ^ 3, old.combine(), old.inPlace()));
    assertThat(ProgramVerifier.verify(other)).anyMatch(v -> v.constraint().equals("X4"));
  }

  @Test
  void x4OtherDimensionsAndAxes() {
    Place gather = find(SPREAD, Instruction.AllGather.class, (code, i) -> true);
    Instruction.AllGather g = (Instruction.AllGather) gather.instruction();
    breaks(
        replaced(
            SPREAD, gather, new Instruction.AllGather(g.from(), g.to(), 1 - g.axis(), g.dim())),
        "X4");
    Place scatter = find(SPREAD, Instruction.ReduceScatter.class, (code, i) -> true);
    Instruction.ReduceScatter s = (Instruction.ReduceScatter) scatter.instruction();
    breaks(
        replaced(
            SPREAD,
            scatter,
            new Instruction.ReduceScatter(s.from(), s.to(), s.axis(), s.dim() + 1)),
        "X4");
    Place slice = find(GOOD, Instruction.Slice.class, (code, i) -> true);
    Instruction.Slice c = (Instruction.Slice) slice.instruction();
    breaks(replaced(GOOD, slice, new Instruction.KeepFirst(c.from(), c.to(), 1)), "X4");
  }

  @Test
  void x4ATransferOfAnotherLayout() {
    Transfer t = GOOD.transfers().getFirst();
    Layout whole = Layout.replicated(t.type().rank());
    assertThat(t.source()).isNotEqualTo(whole);
    breaks(
        Altered.transfer(
            GOOD,
            new Transfer(
                t.id(),
                t.name(),
                t.type(),
                t.dtype(),
                t.fromStage(),
                whole,
                t.toStage(),
                t.target())),
        "X4");
  }

  @Test
  void x5ALoopThatIsSplitInAnotherWay() {
    Place launch =
        find(
            GOOD,
            Instruction.Launch.class,
            (code, i) -> i.kernel().split().stream().anyMatch(f -> !f.axes().isEmpty()));
    Instruction.Launch i = (Instruction.Launch) launch.instruction();
    Instruction.Kernel k = i.kernel();
    List<SplitFactor> whole =
        k.split().stream()
            .map(f -> new SplitFactor(f.name(), f.extent(), List.of(), f.averaged()))
            .toList();
    Instruction.Kernel other =
        new Instruction.Kernel(k.node(), k.op(), whole, k.dropoutName(), k.labels());
    breaks(replaced(GOOD, launch, new Instruction.Launch(other, i.operands(), i.results())), "X5");
    Instruction.Kernel silent =
        new Instruction.Kernel(k.node(), k.op(), List.of(), k.dropoutName(), k.labels());
    breaks(replaced(GOOD, launch, new Instruction.Launch(silent, i.operands(), i.results())), "X5");
  }

  @Test
  void x5AnOperandThatIsASummand() {
    Place sum = find(GOOD, Instruction.AllReduce.class, Part.FORWARD);
    Instruction.AllReduce s = (Instruction.AllReduce) sum.instruction();
    Place launch =
        find(
            GOOD,
            Instruction.Launch.class,
            (code, i) -> code.part() == Part.FORWARD && i.operands().contains(s.to()));
    Instruction.Launch i = (Instruction.Launch) launch.instruction();
    List<Integer> summands = i.operands().stream().map(o -> o == s.to() ? s.from() : o).toList();
    assertThat(
            ProgramVerifier.verify(
                replaced(GOOD, launch, new Instruction.Launch(i.kernel(), summands, i.results()))))
        .anyMatch(v -> v.constraint().equals("X5") && v.message().endsWith("is a summand"));
  }

  @Test
  void x10AMaximumThatIsSummed() {
    Place most =
        find(STATISTICS, Instruction.AllReduce.class, (code, i) -> i.combine() == Combine.MAX);
    Instruction.AllReduce i = (Instruction.AllReduce) most.instruction();
    breaks(
        replaced(
            STATISTICS,
            most,
            new Instruction.AllReduce(i.from(), i.to(), i.mask(), Combine.SUM, i.inPlace())),
        "X10");
  }

  @Test
  void x10ARoundIsMissing() {
    Place finish =
        find(STATISTICS, Instruction.Finish.class, (code, i) -> i.statistics().size() > 1);
    Instruction.Finish i = (Instruction.Finish) finish.instruction();
    breaks(
        replaced(
            STATISTICS,
            finish,
            new Instruction.Finish(
                i.kernel(), i.operands(), i.statistics().subList(0, 1), i.results())),
        "X10");
    breaks(
        replaced(STATISTICS, finish, new Instruction.Launch(i.kernel(), i.operands(), i.results())),
        "X10");
  }

  @Test
  void x13NothingWaitsForASum() {
    // Every wait in a pass is needed: without it a read, a write or an end is a race.
    int waits = 0;
    for (StageProgram stage : GOOD.stages()) {
      for (Code code : Code.of(stage).subList(1, 3)) {
        for (int i = 0; i < code.instructions().size(); i++) {
          if (code.instructions().get(i) instanceof Instruction.WaitEvent) {
            breaks(without(GOOD, new Place(code, i)), "X13");
            waits++;
          }
        }
      }
    }
    assertThat(waits).isGreaterThan(10);
  }

  @Test
  void x13AGradientIsSummedBeforeItIsComplete() {
    Place wait =
        find(
            GOOD,
            Instruction.WaitEvent.class,
            (code, i) -> code.part() == Part.UPDATE && i.on() == Stream.COLLECTIVE);
    breaks(without(GOOD, wait), "X13");
    int event = ((Instruction.WaitEvent) wait.instruction()).event();
    Place record =
        find(
            GOOD,
            Instruction.RecordEvent.class,
            (code, i) -> code.part() == Part.BACKWARD && i.event() == event);
    List<Instruction> early =
        Altered.list(record.code().instructions(), l -> l.addFirst(l.remove(record.index())));
    breaks(with(GOOD, record.code(), early), "X13");
  }

  @Test
  void x13EventsOfNoStreamOrTwo() {
    Place record = find(GOOD, Instruction.RecordEvent.class, Part.FORWARD);
    Instruction.RecordEvent event = (Instruction.RecordEvent) record.instruction();
    List<Instruction> twice =
        Altered.list(
            record.code().instructions(),
            l -> l.add(new Instruction.RecordEvent(event.event(), Stream.HOST)));
    breaks(with(GOOD, record.code(), twice), "X13");
    breaks(replaced(GOOD, record, new Instruction.WaitEvent(1 << 20, event.on())), "X13");
  }

  @Test
  void x13AnEndThatDoesNotWaitForTheSend() {
    Place free = find(GOOD, Instruction.Free.class, (code, i) -> i.on() == Stream.SEND);
    Instruction.Free i = (Instruction.Free) free.instruction();
    breaks(replaced(GOOD, free, new Instruction.Free(i.buffer(), Stream.COMPUTE)), "X13");
  }
}
