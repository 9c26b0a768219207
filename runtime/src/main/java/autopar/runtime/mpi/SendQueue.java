package autopar.runtime.mpi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Messages on their way. Each has a copy of its data, which is used again once MPI is through with
 * it.
 *
 * <p>MPI moves a large message only while its sender calls it. So that a receiver need not wait
 * until the sender's next collective, a thread calls MPI as long as messages are on their way.
 */
final class SendQueue {

  /** How often the thread calls MPI. */
  private static final long PERIOD_NANOS = 300_000;

  private final MpiLibrary mpi;
  private final Deque<Message> onTheirWay = new ArrayDeque<>();

  /** Buffers free to use, by capacity in bytes. */
  private final TreeMap<Long, Deque<Message>> free = new TreeMap<>(Comparator.naturalOrder());

  private Thread courier;

  SendQueue(MpiLibrary mpi) {
    this.mpi = mpi;
  }

  private record Message(MemorySegment request, MemorySegment data) {}

  /** Never waits for the receiver. */
  void send(int to, int tag, float[] data, int count) {
    synchronized (mpi) {
      reap();
      Message message = freeMessage((long) count * Float.BYTES);
      MemorySegment.copy(data, 0, message.data(), ValueLayout.JAVA_FLOAT, 0, count);
      mpi.send(message.data(), count, to, tag, message.request());
      if (mpi.isDone(message.request())) {
        release(message);
      } else {
        onTheirWay.add(message);
        wakeCourier();
      }
    }
  }

  /** Returns when every message has left. */
  void drain() {
    while (true) {
      synchronized (mpi) {
        reap();
        if (onTheirWay.isEmpty()) {
          return;
        }
      }
      Thread.yield();
    }
  }

  private void reap() {
    for (Iterator<Message> each = onTheirWay.iterator(); each.hasNext(); ) {
      Message message = each.next();
      if (mpi.isDone(message.request())) {
        release(message);
        each.remove();
      }
    }
  }

  private Message freeMessage(long bytes) {
    // Powers of two, so that messages of like size share buffers.
    long capacity = Math.max(1024, Long.highestOneBit(Math.max(1, bytes - 1)) << 1);
    Deque<Message> fitting = free.get(capacity);
    if (fitting != null && !fitting.isEmpty()) {
      return fitting.pop();
    }
    Arena arena = Arena.global();
    return new Message(arena.allocate(ValueLayout.ADDRESS), arena.allocate(capacity, 64));
  }

  private void release(Message message) {
    free.computeIfAbsent(message.data().byteSize(), size -> new ArrayDeque<>()).push(message);
  }

  private void wakeCourier() {
    if (courier == null) {
      courier = Thread.ofPlatform().daemon().name("messages on their way").start(this::deliver);
    } else {
      mpi.notifyAll();
    }
  }

  private void deliver() {
    try {
      while (true) {
        synchronized (mpi) {
          while (onTheirWay.isEmpty()) {
            mpi.wait();
          }
          reap();
        }
        LockSupport.parkNanos(PERIOD_NANOS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
