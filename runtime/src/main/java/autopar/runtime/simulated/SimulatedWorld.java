package autopar.runtime.simulated;

import autopar.diagnostics.RunFailure;
import autopar.runtime.rank.Group;
import autopar.runtime.rank.Transport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the ranks of one JVM share: a meeting point per group and a mailbox per pair of ranks. Sums
 * are taken in the order of the ranks, so that every run gives the same bits.
 */
public final class SimulatedWorld {

  private record Address(int from, int to, int tag) {}

  /** One collective of a group: the parts of its members until the last one has come and gone. */
  private static final class Meeting {
    final float[][] parts;
    int arrived;
    int left;

    Meeting(int members) {
      parts = new float[members][];
    }
  }

  private final int ranks;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Group, Deque<Meeting>> meetings = new HashMap<>();
  private final Map<Address, Deque<float[]>> mail = new HashMap<>();
  private Throwable failure;

  public SimulatedWorld(int ranks) {
    this.ranks = ranks;
  }

  /** The transport of {@code rank}. */
  public Transport transport(int rank) {
    return new SimulatedTransport(this, rank);
  }

  int ranks() {
    return ranks;
  }

  /** Lets every rank that waits, or will wait, fail too. */
  void fail(Throwable cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What failed first. */
  Optional<Throwable> failure() {
    lock.lock();
    try {
      return Optional.ofNullable(failure);
    } finally {
      lock.unlock();
    }
  }

  private void await() {
    if (failure != null) {
      throw new RunFailure("another rank failed: " + failure.getMessage(), failure);
    }
    changed.awaitUninterruptibly();
  }

  /**
   * Gives {@code part} to the other members and returns the parts of all, by place in the group.
   */
  float[][] exchange(Group group, int rank, float[] part) {
    int place = group.indexOf(rank);
    lock.lock();
    try {
      Deque<Meeting> open = meetings.computeIfAbsent(group, g -> new ArrayDeque<>());
      Meeting meeting = null;
      for (Meeting candidate : open) {
        if (candidate.parts[place] == null) {
          meeting = candidate;
          break;
        }
      }
      if (meeting == null) {
        meeting = new Meeting(group.size());
        open.add(meeting);
      }
      meeting.parts[place] = part;
      meeting.arrived++;
      changed.signalAll();
      while (meeting.arrived < group.size()) {
        await();
      }
      if (++meeting.left == group.size()) {
        open.remove(meeting);
      }
      return meeting.parts;
    } finally {
      lock.unlock();
    }
  }

  void post(int from, int to, int tag, float[] data) {
    lock.lock();
    try {
      mail.computeIfAbsent(new Address(from, to, tag), a -> new ArrayDeque<>()).add(data);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  float[] collect(int from, int to, int tag) {
    lock.lock();
    try {
      Deque<float[]> box =
          mail.computeIfAbsent(new Address(from, to, tag), a -> new ArrayDeque<>());
      while (box.isEmpty()) {
        await();
      }
      return box.remove();
    } finally {
      lock.unlock();
    }
  }
}
