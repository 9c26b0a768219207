package autopar.explain;

import java.util.List;
import java.util.OptionalInt;

/**
 * Corresponding stages of two plans, and what differs; a stage without counterpart differs as a
 * whole, and its changes tell what it is.
 */
public record StageChange(OptionalInt before, OptionalInt after, List<Change> changes) {

  public StageChange {
    changes = List.copyOf(changes);
  }
}
