package autopar.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Watches how much of this machine other processes than this one and its children take. Known on
 * Linux only, from {@code /proc/stat}.
 */
final class OtherProcesses implements AutoCloseable {
  private static final Path STATISTICS = Path.of("/proc/stat");
  private static final long PERIOD_MILLIS = 200;
  private static final double TICKS_PER_SECOND = 100;
  private static final double NANO = 1e9;

  /** Columns of the first line: user, nice, system, idle, iowait, irq, softirq, steal. */
  private static final int IDLE = 3;

  private static final int WAITING = 4;
  private static final int STEAL = 7;

  private final Map<Long, Duration> children = new HashMap<>();
  private final long busyBefore = busyTicks();
  private final Duration ownBefore = own();
  private final long started = System.nanoTime();
  private final Thread sampler = Thread.ofPlatform().daemon().name("processes").start(this::run);
  private volatile boolean ended;

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
    ProcessHandle.current()
        .descendants()
        .forEach(p -> p.info().totalCpuDuration().ifPresent(cpu -> children.put(p.pid(), cpu)));
  }

  /** Part of all cores that others took since the start; empty where that cannot be known. */
  synchronized OptionalDouble part() {
    if (busyBefore < 0) {
      return OptionalDouble.empty();
    }
    double busy = (busyTicks() - busyBefore) / TICKS_PER_SECOND;
    double mine = own().minus(ownBefore).toNanos() / NANO;
    for (Duration child : children.values()) {
      mine += child.toNanos() / NANO;
    }
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
