package autopar.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Watches what the children of this process take of the machine's cores, and what others do. The
 * latter is known on Linux only, from {@code /proc/stat}.
 */
final class ProcessorWatch implements AutoCloseable {
  private static final Path STATISTICS = Path.of("/proc/stat");
  private static final long PERIOD_MILLIS = 100;
  private static final double TICKS_PER_SECOND = 100;
  private static final double NANO = 1e9;

  /** Columns of the first line: user, nice, system, idle, iowait, irq, softirq, steal. */
  private static final int IDLE = 3;

  private static final int WAITING = 4;
  private static final int STEAL = 7;

  private final Map<Long, Duration> children = new HashMap<>();

  /** Core-seconds that children had taken, by the clock of {@link System#nanoTime}. */
  private final TreeMap<Long, Double> taken = new TreeMap<>();

  private final long busyBefore = busyTicks();
  private final Duration ownBefore = own();
  private final long started = System.nanoTime();
  private volatile boolean ended;
  private final Thread sampler = Thread.ofPlatform().daemon().name("processes").start(this::run);

  private static Duration own() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private void run() {
    try {
      while (!ended) {
        sample();
        Thread.sleep(PERIOD_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void sample() {
    double before = ofChildren();
    ProcessHandle.current()
        .descendants()
        .forEach(p -> p.info().totalCpuDuration().ifPresent(cpu -> children.put(p.pid(), cpu)));
    double now = ofChildren();
    if (now > before) {
      taken.put(System.nanoTime(), now);
    }
  }

  private double ofChildren() {
    double seconds = 0;
    for (Duration child : children.values()) {
      seconds += child.toNanos() / NANO;
    }
    return seconds;
  }

  /** Core-seconds that children took in the {@code seconds} before they were last seen at work. */
  synchronized double coreSecondsOfLast(double seconds) {
    if (taken.isEmpty()) {
      return 0;
    }
    var before = taken.floorEntry(taken.lastKey() - (long) (seconds * NANO));
    return ofChildren() - (before == null ? 0 : before.getValue());
  }

  /** Part of all cores that others took since the start; empty where that cannot be known. */
  synchronized OptionalDouble others() {
    if (busyBefore < 0) {
      return OptionalDouble.empty();
    }
    double busy = (busyTicks() - busyBefore) / TICKS_PER_SECOND;
    double mine = own().minus(ownBefore).toNanos() / NANO + ofChildren();
    double wall = (System.nanoTime() - started) / NANO;
    double all = wall * Runtime.getRuntime().availableProcessors();
    return OptionalDouble.of(Math.clamp((busy - mine) / all, 0, 1));
  }

  @Override
  public void close() {
    ended = true;
    sampler.interrupt();
  }

  private static long busyTicks() {
    try {
      String first = Files.readAllLines(STATISTICS).getFirst();
      String[] columns = first.substring("cpu".length()).strip().split("\\s+");
      long busy = 0;
      for (int i = 0; i <= STEAL && i < columns.length; i++) {
        busy += i == IDLE || i == WAITING ? 0 : Long.parseLong(columns[i]);
      }
      return busy;
    } catch (IOException absent) {
      return -1;
    }
  }
}
