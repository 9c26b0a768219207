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
  private final Scratch sent = new Scratch();
  private final Scratch received = new Scratch();

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
        send(message, i.transfer(), own, data);
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
        receive(message, i.transfer(), own, out);
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

  private void send(Message message, int transfer, Box own, float[] data) {
    int count = Math.toIntExact(message.box().elements());
    float[] block = data;
    if (!message.box().equals(own)) {
      block = sent.of(count);
      BoxMove.of(message.box(), own, message.box()).copy(data, 0, block, 0);
    }
    transport.send(message.to(), transfer, block, count);
  }

  private void receive(Message message, int transfer, Box own, float[] out) {
    int count = Math.toIntExact(message.box().elements());
    if (message.box().equals(own)) {
      transport.receive(message.from(), transfer, out, count);
    } else {
      float[] block = received.of(count);
      transport.receive(message.from(), transfer, block, count);
      BoxMove.of(message.box(), message.box(), own).copy(block, 0, out, 0);
    }
  }

  private void count(Message message, int buffer) {
    traffic.add("send", message.box().elements() * program.buffer(buffer).dtype().bytes());
  }
}
