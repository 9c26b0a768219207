package autopar.runtime.profile;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * Seconds of a core that work takes. Unlike wall time they do not grow when the machine has other
 * work to do, and they are what devices that share cores compete for.
 */
final class CpuClock {
  private static final double NANO = 1e-9;

  /** Code must run for so long before its compiled form is measured. */
  private static final long WARM_UP_NANOS = 400_000_000;

  /** So long after the compiler's last work, nothing more is compiled. */
  private static final long QUIET_NANOS = 200_000_000;

  /** On a machine with much other work the compiler may lag behind for so long, no longer. */
  private static final long LONGEST_WARM_UP_NANOS = 10_000_000_000L;

  /** Long against the resolution of the clock and the cost of asking it. */
  private static final long SAMPLE_NANOS = 2_000_000;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

  private CpuClock() {}

  /** The median of {@code repeats} samples of one call of {@code body} on this thread. */
  static double ofThread(int repeats, Runnable body) {
    long start = THREADS.getCurrentThreadCpuTime();
    long spent = 0;
    long compiled = -1;
    long changed = 0;
    long calls = 0;
    long since = start;
    while (spent < WARM_UP_NANOS
        || (spent - changed < QUIET_NANOS && spent < LONGEST_WARM_UP_NANOS)) {
      body.run();
      calls++;
      long now = THREADS.getCurrentThreadCpuTime();
      spent = now - start;
      if (compilerMillis() != compiled) {
        compiled = compilerMillis();
        changed = spent;
        calls = 0;
        since = now;
      }
    }
    long each = calls == 0 ? SAMPLE_NANOS : (start + spent - since) / calls;
    int together = (int) Math.max(1, SAMPLE_NANOS / Math.max(1, each));
    return ofCalls(repeats, together, body);
  }

  /** Where nothing is compiled (-Xint) there is no compiler to ask. */
  private static long compilerMillis() {
    return COMPILER == null ? 0 : COMPILER.getTotalCompilationTime();
  }

  /**
   * The median of {@code repeats} samples of one call of {@code body} each, before each of which
   * {@code before} runs, which does not count.
   */
  static double ofCallsAfter(int repeats, Runnable before, Runnable body) {
    double[] samples = new double[repeats];
    for (int i = 0; i < repeats; i++) {
      before.run();
      samples[i] = ofCalls(1, 1, body);
    }
    Arrays.sort(samples);
    return samples[repeats / 2];
  }

  /** The median of {@code repeats} samples of {@code together} calls each, per call. */
  static double ofCalls(int repeats, int together, Runnable body) {
    double[] samples = new double[repeats];
    for (int i = 0; i < repeats; i++) {
      long start = THREADS.getCurrentThreadCpuTime();
      for (int call = 0; call < together; call++) {
        body.run();
      }
      samples[i] = (THREADS.getCurrentThreadCpuTime() - start) * NANO / together;
    }
    Arrays.sort(samples);
    return samples[repeats / 2];
  }
}
