package autopar.lowering;

import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/** A value that goes from one step to others. */
final class Flow {

  /** A step that reads the flow as its argument {@code argument}. */
  record Reader(Step step, int argument) {}

  private final int id;
  private final String name;
  private final TensorType type;
  private final Step maker;
  private final int result;
  private final List<Reader> readers = new ArrayList<>();

  Flow(int id, String name, TensorType type, Step maker, int result) {
    this.id = id;
    this.name = name;
    this.type = type;
    this.maker = maker;
    this.result = result;
  }

  int id() {
    return id;
  }

  String name() {
    return name;
  }

  TensorType type() {
    return type;
  }

  /** The step that makes it, as its result {@link #result()}. */
  Step maker() {
    return maker;
  }

  int result() {
    return result;
  }

  List<Reader> readers() {
    return readers;
  }

  /** Is the flow on its way from one virtual stage before {@code cut} to one at or after it? */
  boolean crosses(int cut) {
    return maker.virtualStage() < cut
        && readers.stream().anyMatch(r -> r.step().virtualStage() >= cut);
  }
}
