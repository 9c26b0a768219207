package autopar.plan;

import autopar.cost.Collective;
import java.util.List;

/**
 * What one layer costs on one device, operation by operation, and the collectives between them.
 *
 * <p>Seconds are per micro-batch. All layers in {@code uses} cost the same. Ends of a flow are
 * names of operations, {@link #IN} and {@link #OUT} for what enters and leaves the layer, or a
 * value's name after {@link #SHARED} where several operations read it as it lies there.
 */
public record LayerPrice(List<Use> uses, List<Operation> operations, List<Flow> flows) {
  public static final String IN = "@in";
  public static final String OUT = "@out";
  public static final String SHARED = "*";

  /** The layers of one {@link LayerStrategy}. */
  public record Use(int stage, int chunk, int section, LayerRange instances) {}

  /** A tensor as an operation sees it, in {@link ShardingNotation}. */
  public record Operand(String name, String type, boolean weight) {}

  /** One operation of the forward pass; {@code again} when recomputation runs it twice. */
  public record Operation(
      String name,
      String expression,
      List<Operand> reads,
      List<Operand> writes,
      double forwardSeconds,
      double backwardSeconds,
      boolean again) {
    public Operation {
      reads = List.copyOf(reads);
      writes = List.copyOf(writes);
    }
  }

  /** A collective over {@code axes} of the stage's mesh, of {@code bytes} as it is priced. */
  public record Move(Collective kind, List<String> axes, double bytes, double seconds) {
    public Move {
      axes = List.copyOf(axes);
    }
  }

  /**
   * {@code value} on its way between operations: what brings it there, and its gradient back;
   * {@code again} when recomputation brings it a second time.
   */
  public record Flow(
      String value,
      String from,
      String to,
      List<Move> forward,
      List<Move> backward,
      boolean again) {
    public Flow {
      forward = List.copyOf(forward);
      backward = List.copyOf(backward);
    }
  }

  public LayerPrice {
    uses = List.copyOf(uses);
    operations = List.copyOf(operations);
    flows = List.copyOf(flows);
  }

  /** The same price for other layers. */
  public LayerPrice withUses(List<Use> others) {
    return new LayerPrice(others, operations, flows);
  }
}
