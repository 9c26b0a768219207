package autopar.program;

import autopar.program.Buffer.Place;
import java.util.List;
import java.util.stream.Stream;

/** X4: what a communication or a copy makes of a layout is what its target has. */
final class CommunicationConstraints {

  private static final String ON_HOST = "it works on the host's memory";

  private final ProgramBundle bundle;
  private final StageProgram stage;
  private final List<ProgramViolation> found;
  private Code code;
  private Instruction at;

  CommunicationConstraints(ProgramBundle bundle, StageProgram stage, List<ProgramViolation> found) {
    this.bundle = bundle;
    this.stage = stage;
    this.found = found;
  }

  void check(List<Code> all) {
    for (Code part : all) {
      code = part;
      for (Instruction instruction : part.instructions()) {
        at = instruction;
        instruction(instruction);
      }
    }
  }

  private void instruction(Instruction instruction) {
    places(instruction);
    switch (instruction) {
      case Instruction.AllReduce i -> allReduce(i);
      case Instruction.ReduceScatter i -> reduceScatter(i);
      case Instruction.AllGather i -> allGather(i);
      case Instruction.AllToAll i -> allToAll(i);
      case Instruction.Slice i -> slice(i);
      case Instruction.KeepFirst i -> keepFirst(i);
      case Instruction.Load i -> load(i);
      case Instruction.Fill i ->
          require(
              i.content() == Instruction.Fill.Content.ZERO || !layout(i.to()).isPartial(),
              "only zero can be a summand of its own");
      case Instruction.Accumulate i -> alike(i.from(), i.to());
      case Instruction.Copy i -> alike(i.from(), i.to());
      case Instruction.ToHost i -> alike(i.from(), i.to());
      case Instruction.ToDevice i -> alike(i.from(), i.to());
      case Instruction.Send i -> {
        Transfer transfer = bundle.transfers().get(i.transfer());
        crosses(i.from(), transfer, transfer.source());
      }
      case Instruction.Receive i -> {
        Transfer transfer = bundle.transfers().get(i.transfer());
        crosses(i.to(), transfer, transfer.target());
      }
      case Instruction.Update i -> update(i);
      case Instruction.Moments i -> moments(i);
      case Instruction.Decay i -> {
        for (int s = 0; s < Math.min(i.sums().size(), i.states().size()); s++) {
          alike(i.sums().get(s), i.states().get(s));
        }
      }
      case Instruction.Launch i -> {}
      case Instruction.Statistics i -> {}
      case Instruction.Finish i -> {}
      case Instruction.Free i -> {}
      case Instruction.RecordEvent i -> {}
      case Instruction.WaitEvent i -> {}
    }
  }

  /**
   * Updates and copies work in one memory, what moves between them in both, all else on devices.
   */
  private void places(Instruction instruction) {
    switch (instruction) {
      case Instruction.ToHost i -> moves(i.from(), Place.DEVICE, i.to(), Place.HOST);
      case Instruction.ToDevice i -> moves(i.from(), Place.HOST, i.to(), Place.DEVICE);
      case Instruction.Free i -> {}
      case Instruction.RecordEvent i -> {}
      case Instruction.WaitEvent i -> {}
      case Instruction.Update i -> require(inOneMemory(i), "the update works in two memories");
      case Instruction.Copy i -> require(inOneMemory(i), "the copy works in two memories");
      case Instruction.AllReduce i -> require(onDevice(i), ON_HOST);
      case Instruction.ReduceScatter i -> require(onDevice(i), ON_HOST);
      case Instruction.AllGather i -> require(onDevice(i), ON_HOST);
      case Instruction.AllToAll i -> require(onDevice(i), ON_HOST);
      case Instruction.Slice i -> require(onDevice(i), ON_HOST);
      case Instruction.KeepFirst i -> require(onDevice(i), ON_HOST);
      case Instruction.Load i -> require(onDevice(i), ON_HOST);
      case Instruction.Fill i -> require(onDevice(i), ON_HOST);
      case Instruction.Accumulate i -> require(onDevice(i), ON_HOST);
      case Instruction.Send i -> require(onDevice(i), ON_HOST);
      case Instruction.Receive i -> require(onDevice(i), ON_HOST);
      case Instruction.Moments i -> require(onDevice(i), ON_HOST);
      case Instruction.Decay i -> require(onDevice(i), ON_HOST);
      case Instruction.Launch i -> require(onDevice(i), ON_HOST);
      case Instruction.Statistics i -> require(onDevice(i), ON_HOST);
      case Instruction.Finish i -> require(onDevice(i), ON_HOST);
    }
  }

  private void moves(int from, Place source, int to, Place target) {
    require(
        stage.buffer(from).place() == source && stage.buffer(to).place() == target,
        "it does not lead from " + source + " to " + target);
  }

  private boolean onDevice(Instruction instruction) {
    return Stream.concat(instruction.reads().stream(), instruction.writes().stream())
        .allMatch(b -> stage.buffer(b).place() == Place.DEVICE);
  }

  private boolean inOneMemory(Instruction instruction) {
    return Stream.concat(instruction.reads().stream(), instruction.writes().stream())
            .map(b -> stage.buffer(b).place())
            .distinct()
            .count()
        <= 1;
  }

  private void allReduce(Instruction.AllReduce i) {
    Layout from = layout(i.from());
    boolean summands = i.mask() != 0 && (from.partial() & i.mask()) == i.mask();
    require(summands, "not all axes of the sum hold summands");
    becomes(i.from(), i.to(), from.withPartial(from.partial() & ~i.mask()));
  }

  private void reduceScatter(Instruction.ReduceScatter i) {
    Layout from = layout(i.from());
    require((from.partial() & 1 << i.axis()) != 0, "the axis of the sum holds no summands");
    Layout grown = grown(from, layout(i.to()), i.dim(), i.axis());
    becomes(i.from(), i.to(), grown.withPartial(from.partial() & ~(1 << i.axis())));
  }

  private void allGather(Instruction.AllGather i) {
    Layout from = layout(i.from());
    if (isLast(from, i.dim(), i.axis())) {
      becomes(i.from(), i.to(), from.with(i.dim(), from.dims().get(i.dim()).withoutLast()));
    }
  }

  private void allToAll(Instruction.AllToAll i) {
    Layout from = layout(i.from());
    if (isLast(from, i.fromDim(), i.axis())) {
      Layout joined = from.with(i.fromDim(), from.dims().get(i.fromDim()).withoutLast());
      becomes(i.from(), i.to(), grown(joined, layout(i.to()), i.toDim(), i.axis()));
    }
  }

  private boolean isLast(Layout layout, int dim, int axis) {
    boolean last =
        dim >= 0
            && dim < layout.dims().size()
            && !layout.dims().get(dim).axes().isEmpty()
            && layout.dims().get(dim).axes().getLast() == axis;
    require(last, "the axis is not the last split of dimension " + dim);
    return last;
  }

  /**
   * {@code layout} with dimension {@code dim} split once more as {@code to} has it, if that is over
   * {@code axis}; else unchanged, which then does not fit.
   */
  private static Layout grown(Layout layout, Layout to, int dim, int axis) {
    if (dim < 0 || dim >= layout.dims().size() || to.dims().size() != layout.dims().size()) {
      return layout;
    }
    DimSplit have = layout.dims().get(dim);
    DimSplit want = to.dims().get(dim);
    boolean once =
        want.axes().size() == have.axes().size() + 1
            && want.axes().getLast() == axis
            && have.isPrefixOf(want);
    return once ? layout.with(dim, want) : layout;
  }

  private void slice(Instruction.Slice i) {
    Layout from = layout(i.from());
    Layout to = layout(i.to());
    sameTensor(i.from(), i.to());
    int added = to.splitAxes() & ~from.splitAxes();
    boolean cut = from.partial() == to.partial() && (added & from.partial()) == 0;
    for (int d = 0; d < Math.min(from.dims().size(), to.dims().size()); d++) {
      cut &= from.dims().get(d).isPrefixOf(to.dims().get(d));
    }
    require(cut && added != 0, "it is more than a cut of copies");
  }

  private void keepFirst(Instruction.KeepFirst i) {
    Layout from = layout(i.from());
    boolean copies = i.mask() != 0 && (i.mask() & (from.partial() | from.splitAxes())) == 0;
    require(copies, "not all axes hold copies");
    becomes(i.from(), i.to(), from.withPartial(from.partial() | i.mask()));
  }

  private void load(Instruction.Load i) {
    boolean known =
        bundle.inputs().stream()
            .anyMatch(v ->
                v.name().equals(i.input())
                    && v.type().shape().equals(stage.buffer(i.to()).type().shape()));
    require(known, "the model has no such input of this shape");
    require(!layout(i.to()).isPartial(), "an input is no summand");
  }

  /** Every tensor of an update lies as the weight does; one that lacks dimensions in those left. */
  private void update(Instruction.Update i) {
    Layout weight = layout(i.weight());
    require(!weight.isPartial(), "the weight is a summand");
    require(layout(i.gradient()).equals(weight), "gradient and weight lie differently");
    for (int state : i.states()) {
      require(fits(layout(state), weight), "state and weight lie differently");
    }
    for (int moment : i.moments()) {
      require(!layout(moment).isPartial(), "a moment is not summed up");
    }
  }

  /** The result lacks the dimensions that are summed, and is a summand over what split them. */
  private void moments(Instruction.Moments i) {
    Layout from = layout(i.operands().getFirst());
    require(!from.isPartial(), "moments of a summand");
    require(layout(i.result()).equals(i.kind().of(from)), "the sum lies differently");
  }

  /** Rows have all dimensions but the last, columns all but the last but one. */
  private static boolean fits(Layout state, Layout weight) {
    int rank = weight.dims().size();
    if (state.dims().size() == rank) {
      return state.equals(weight);
    }
    List<DimSplit> rows = weight.dims().subList(0, rank - 1);
    return state.dims().size() == rank - 1
        && (state.dims().equals(rows)
            || (state.dims().subList(0, rank - 2).equals(rows.subList(0, rank - 2))
                && state.dims().getLast().equals(weight.dims().getLast())));
  }

  private void alike(int from, int to) {
    require(layout(from).equals(layout(to)), "source and target lie differently");
    require(
        stage.buffer(from).type().shape().equals(stage.buffer(to).type().shape()),
        "source and target have different shapes");
  }

  private void crosses(int buffer, Transfer transfer, Layout layout) {
    Buffer own = stage.buffer(buffer);
    require(own.layout().equals(layout), "it does not lie as the transfer says");
    require(
        own.type().shape().equals(transfer.type().shape()) && own.dtype() == transfer.dtype(),
        "it is not the tensor of the transfer");
  }

  private void becomes(int from, int to, Layout layout) {
    sameTensor(from, to);
    require(layout(to).equals(layout), "the target lies differently from what this makes");
  }

  private void sameTensor(int from, int to) {
    Buffer a = stage.buffer(from);
    Buffer b = stage.buffer(to);
    require(
        a.type().shape().equals(b.type().shape()) && a.dtype() == b.dtype(),
        "source and target are not one tensor");
  }

  private Layout layout(int buffer) {
    return stage.buffer(buffer).layout();
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      found.add(new ProgramViolation("X4", code.where(at), message));
    }
  }
}
