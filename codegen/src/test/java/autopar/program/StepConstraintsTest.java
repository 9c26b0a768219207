package autopar.program;

import static autopar.program.Altered.find;
import static autopar.program.Altered.replaced;
import static autopar.program.Altered.twice;
import static autopar.program.Altered.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.CompilerBug;
import autopar.ir.type.Precision;
import autopar.program.Altered.Place;
import autopar.program.Code.Part;
import autopar.training.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** X6 to X9, X11 and X12: each, broken in one place, is reported and no other. */
final class StepConstraintsTest {

  private static final ProgramBundle GOOD =
      PlannedBundle.of(
          "gpt", 8, 8, Precision.BF16, "stages=2,tensor=2,data=2,micro_batch=1,zero=1");

  private static void breaks(ProgramBundle bundle, String constraint) {
    assertThat(ProgramVerifier.verify(bundle))
        .isNotEmpty()
        .allMatch(v -> v.constraint().equals(constraint));
  }

  private static ProgramBundle onRanks(List<Integer> ranks) {
    StageProgram stage = GOOD.stages().get(1);
    return Altered.stage(GOOD, Altered.mesh(stage, new StageMesh(stage.mesh().axes(), ranks)));
  }

  @Test
  void x6ARankWithTwoPlaces() {
    assertThat(GOOD.stages().get(1).mesh().ranks()).containsExactly(4, 5, 6, 7);
    breaks(onRanks(List.of(3, 4, 5, 6)), "X6");
    breaks(onRanks(List.of(4, 5, 6, 6)), "X6");
    breaks(onRanks(List.of(5, 6, 7, 8)), "X6");
  }

  @Test
  void x6RanksMayStandInAnyOrder() {
    assertThat(ProgramVerifier.verify(onRanks(List.of(7, 6, 5, 4)))).isEmpty();
    for (int position = 0; position < 4; position++) {
      assertThat(onRanks(List.of(7, 6, 5, 4)).stages().get(1).mesh().group(1, position)).isSorted();
    }
  }

  @Test
  void x7NeverSentOrTwice() {
    Place send = find(GOOD, Instruction.Send.class, Part.FORWARD);
    breaks(without(GOOD, send), "X7");
    breaks(twice(GOOD, send), "X7");
    breaks(without(GOOD, find(GOOD, Instruction.Send.class, Part.UPDATE)), "X7");
  }

  @Test
  void x7ByAnotherStage() {
    Transfer t = GOOD.transfers().getFirst();
    Transfer back =
        new Transfer(
            t.id(),
            t.name(),
            t.type(),
            t.dtype(),
            t.toStage(),
            t.source(),
            t.toStage(),
            t.target());
    breaks(Altered.transfer(GOOD, back), "X7");
  }

  @Test
  void x7MessagesThatMissOrRepeatABlock() {
    Transfer transfer = GOOD.transfers().getFirst();
    TransferRoute route = GOOD.route(transfer.id(), GOOD.microBatch());
    RouteCheck check = RouteCheck.of(GOOD, transfer, GOOD.microBatch());
    assertThat(check.wrong(route)).isEmpty();
    List<Message> direct = route.direct();
    Message first = direct.getFirst();
    List<List<Message>> wrong = new ArrayList<>();
    wrong.add(direct.subList(1, direct.size()));
    wrong.add(Altered.list(direct, l -> l.add(first)));
    wrong.add(Altered.list(direct, l -> l.set(0, new Message(7, first.to(), first.box()))));
    wrong.add(Altered.list(direct, l -> l.set(0, new Message(first.from(), 0, first.box()))));
    for (List<Message> messages : wrong) {
      assertThat(check.wrong(new TransferRoute(messages, route.spread()))).isPresent();
    }
    if (!route.spread().isEmpty()) {
      Message last = route.spread().getLast();
      List<Message> fewer = Altered.list(route.spread(), List::removeLast);
      assertThat(check.wrong(new TransferRoute(direct, fewer))).isPresent();
      // Sent directly to both: the block enters the host twice.
      List<Message> both = new ArrayList<>(direct);
      direct.stream()
          .filter(m -> m.to() == last.from())
          .forEach(m -> both.add(new Message(m.from(), last.to(), m.box())));
      assertThat(check.wrong(new TransferRoute(both, fewer))).isPresent();
    }
  }

  @Test
  void x8AForwardThatWaitsForItsOwnBackward() {
    Place receive = find(GOOD, Instruction.Receive.class, Part.BACKWARD);
    StageProgram stage = receive.code().stage();
    Code forward = Code.of(stage).get(1);
    StageProgram shorter =
        Altered.code(
            stage,
            receive.code(),
            Altered.list(receive.code().instructions(), l -> l.remove(receive.index())));
    StageProgram moved =
        Altered.code(
            shorter,
            forward,
            Altered.list(forward.instructions(), l -> l.add(0, receive.instruction())));
    ProgramBundle bundle = Altered.stage(GOOD, moved);
    breaks(bundle, "X8");
    assertThat(ProgramVerifier.verify(bundle).getFirst().message())
        .startsWith("waits in its forward of micro-batch 0 for grad(")
        .endsWith(": a cycle");
  }

  @Test
  void x9Gradients() {
    int gradient = GOOD.stages().getFirst().parameters().getFirst().gradient().getAsInt();
    breaks(
        without(GOOD, find(GOOD, Instruction.Fill.class, (code, i) -> i.to() == gradient)), "X9");
    Place sum = find(GOOD, Instruction.Accumulate.class, Part.BACKWARD);
    breaks(without(GOOD, sum), "X9");
    breaks(twice(GOOD, sum), "X9");
  }

  @Test
  void x9Updates() {
    Place update = find(GOOD, Instruction.Update.class, Part.UPDATE);
    breaks(without(GOOD, update), "X9");
    breaks(twice(GOOD, update), "X9");
    Instruction.Update i = (Instruction.Update) update.instruction();
    breaks(
        replaced(
            GOOD,
            update,
            new Instruction.Update(
                i.parameter(), i.weight(), i.gradient(), i.states().reversed(), i.moments())),
        "X9");
    int value = GOOD.stages().getFirst().parameters().getFirst().value();
    breaks(
        without(GOOD, find(GOOD, Instruction.AllGather.class, (code, g) -> g.to() == value)), "X9");
  }

  @Test
  void x9FactoredMoments() {
    ProgramBundle good =
        PlannedBundle.of(
            "gpt", 4, 8, Precision.BF16, Optimizer.ADAFACTOR, "tensor=2,data=2,zero=1");
    assertThat(ProgramVerifier.verify(good)).isEmpty();
    Place decay = find(good, Instruction.Decay.class, Part.UPDATE);
    breaks(without(good, decay), "X9");
    breaks(twice(good, decay), "X9");
    Instruction.Decay d = (Instruction.Decay) decay.instruction();
    Place moments =
        find(
            good,
            Instruction.Update.class,
            (code, i) -> code.part() == Part.UPDATE && !i.states().equals(d.states()));
    Instruction.Update u = (Instruction.Update) moments.instruction();
    breaks(
        replaced(
            good,
            moments,
            new Instruction.Update(u.parameter(), u.weight(), u.gradient(), u.states(), List.of())),
        "X9");
  }

  @Test
  void x9AFrozenParameterIsUpdated() {
    StageProgram stage = GOOD.stages().getFirst();
    ParameterSlot s = stage.parameters().getFirst();
    ParameterSlot frozen =
        new ParameterSlot(
            s.name(),
            s.type(),
            s.initializer(),
            s.value(),
            OptionalInt.empty(),
            s.master(),
            s.states(),
            s.stateNames());
    breaks(
        Altered.stage(
            GOOD,
            Altered.parameters(stage, Altered.list(stage.parameters(), l -> l.set(0, frozen)))),
        "X9");
  }

  @Test
  void x11TheLoss() {
    StageProgram last = GOOD.stages().getLast();
    StageProgram first = GOOD.stages().getFirst();
    breaks(Altered.stage(GOOD, Altered.loss(last, OptionalInt.empty())), "X11");
    breaks(Altered.stage(GOOD, Altered.loss(first, OptionalInt.of(0))), "X11");
    breaks(
        without(GOOD, find(GOOD, Instruction.Accumulate.class, (code, i) -> i.weighted())), "X11");
  }

  @Test
  void x12Numbers() {
    StageProgram stage = GOOD.stages().getFirst();
    breaks(Altered.stages(GOOD, GOOD.stages().reversed()), "X12");
    breaks(Altered.stage(GOOD, Altered.buffers(stage, stage.buffers().reversed())), "X12");
    breaks(
        Altered.stage(
            GOOD, Altered.buffers(stage, stage.buffers().subList(0, stage.buffers().size() - 1))),
        "X12");
  }

  @Test
  void x4AnUpdateInTwoMemories() {
    StageProgram stage = GOOD.stages().getFirst();
    Buffer b = stage.buffer(stage.parameters().getFirst().states().getFirst());
    Buffer onHost =
        new Buffer(
            b.id(), b.name(), b.type(), b.dtype(), b.layout(), b.lifetime(), Buffer.Place.HOST);
    breaks(
        Altered.stage(
            GOOD,
            Altered.buffers(stage, Altered.list(stage.buffers(), l -> l.set(b.id(), onHost)))),
        "X4");
  }

  @Test
  void x12ALayoutThatItsMeshLacks() {
    StageProgram stage = GOOD.stages().getFirst();
    Buffer b = stage.buffer(0);
    for (int axis : new int[] {5, 0}) {
      Layout layout = new Layout(b.layout().dims(), 0).with(0, DimSplit.over(List.of(axis, axis)));
      Buffer other = new Buffer(0, b.name(), b.type(), b.dtype(), layout, b.lifetime(), b.place());
      breaks(
          Altered.stage(
              GOOD, Altered.buffers(stage, Altered.list(stage.buffers(), l -> l.set(0, other)))),
          "X12");
    }
  }

  @Test
  void requireNamesWhatIsBroken() {
    ProgramBundle broken =
        Altered.stage(GOOD, Altered.loss(GOOD.stages().getLast(), OptionalInt.empty()));
    assertThatThrownBy(() -> ProgramVerifier.require(broken))
        .isInstanceOf(CompilerBug.class)
        .hasMessageContaining("X11: the bundle: 0 stages have the loss, not 1");
    assertThat(ProgramVerifier.require(GOOD)).isSameAs(GOOD);
  }

  /**
   * Every instruction is needed, and needed once. Events may be named twice; and the update may
   * wait for gradients one by one that are complete in an order.
   */
  @Test
  void nothingCanBeLeftOutOrDoubled() {
    needed(PlannedBundle.of("mlp", 4, 4, Precision.BF16, "stages=2,data=2,micro_batch=1"), 1);
    needed(GOOD, 17);
  }

  private static void needed(ProgramBundle bundle, int stride) {
    for (StageProgram stage : bundle.stages()) {
      for (Code code : Code.of(stage)) {
        for (int i = 0; i < code.instructions().size(); i += stride) {
          Place place = new Place(code, i);
          String where = code.where(place.instruction());
          boolean wait = place.instruction() instanceof Instruction.WaitEvent;
          if (!wait || code.part() != Part.UPDATE) {
            assertThat(ProgramVerifier.verify(without(bundle, place))).as(where).isNotEmpty();
          }
          if (!wait && !(place.instruction() instanceof Instruction.RecordEvent)) {
            assertThat(ProgramVerifier.verify(twice(bundle, place))).as(where).isNotEmpty();
          }
        }
      }
    }
  }
}
