package autopar.runtime.rank;

import autopar.program.Box;
import autopar.program.Instruction;
import autopar.program.Message;
import autopar.program.ProgramBundle;
import autopar.program.StageProgram;
import autopar.program.TransferRoute;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What one rank sends and receives of the transfers between stages. */
final class Messages {

  private final ProgramBundle bundle;
  private final StageProgram program;
  private final Transport transport;
  private final Traffic traffic;
  private final Map<List<Long>, TransferRoute> routes = new ConcurrentHashMap<>();

  Messages(ProgramBundle bundle, StageProgram program, Transport transport, Traffic traffic) {
    this.bundle = bundle;
    this.program = program;
    this.transport = transport;
    this.traffic = traffic;
  }

  private TransferRoute route(int transfer, long batch) {
    return routes.computeIfAbsent(
        List.of((long) transfer, batch), k -> bundle.route(transfer, batch));
  }

  /** Sends this rank's parts of {@code data}, the block {@code own} of the tensor. */
  void send(Instruction.Send i, long batch, Box own, float[] data) {
    for (Message message : route(i.transfer(), batch).direct()) {
      if (message.from() == transport.rank()) {
        float[] block = new float[Math.toIntExact(message.box().elements())];
        BoxCopy.copy(message.box(), data, 0, own, block, 0, message.box());
        transport.send(message.to(), i.transfer(), block, block.length);
        count(message, i.from());
      }
    }
  }

  /**
   * Fills {@code out}, the block {@code own}, and hands it on to the ranks that get it from here.
   */
  void receive(Instruction.Receive i, long batch, Box own, float[] out) {
    TransferRoute route = route(i.transfer(), batch);
    for (Message message : route.direct()) {
      if (message.to() == transport.rank()) {
        float[] block = new float[Math.toIntExact(message.box().elements())];
        transport.receive(message.from(), i.transfer(), block, block.length);
        BoxCopy.copy(message.box(), block, 0, message.box(), out, 0, own);
      }
    }
    for (Message message : route.spread()) {
      if (message.from() == transport.rank()) {
        transport.send(message.to(), i.transfer(), out, out.length);
        count(message, i.to());
      } else if (message.to() == transport.rank()) {
        transport.receive(message.from(), i.transfer(), out, out.length);
      }
    }
  }

  private void count(Message message, int buffer) {
    traffic.add("send", message.box().elements() * program.buffer(buffer).dtype().bytes());
  }
}
