package autopar.program;

import autopar.ir.type.Extent;
import java.util.ArrayList;
import java.util.List;

/** What a {@link Instruction.Moments} sums. */
public enum MomentKind {
  /** (gradient) -> squares, over the columns of each row; of a vector just its squares. */
  ROWS,
  /** (gradient) -> squares, over the rows of each column. */
  COLUMNS,
  /** (row state) -> over the rows of each matrix. */
  MATRICES,
  /** (gradient, states, sums of matrices) -> squares of the whole update, before it is clipped. */
  STEP;

  /** The shape of the result when the first operand has {@code shape}. */
  public List<Extent> of(List<Extent> shape) {
    List<Extent> rest = new ArrayList<>(shape);
    switch (this) {
      case ROWS -> {
        if (rest.size() > 1) {
          rest.removeLast();
        }
      }
      case COLUMNS -> rest.remove(rest.size() - 2);
      case MATRICES -> rest.removeLast();
      case STEP -> rest.clear();
    }
    return rest;
  }

  /** How the result lies when the first operand lies as {@code operand}. */
  public Layout of(Layout operand) {
    int rank = operand.dims().size();
    return switch (this) {
      case ROWS -> rank < 2 ? operand : operand.summed(rank - 1);
      case COLUMNS -> operand.summed(rank - 2);
      case MATRICES -> operand.summed(rank - 1);
      case STEP -> new Layout(List.of(), operand.splitAxes());
    };
  }
}
