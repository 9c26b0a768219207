package autopar.runtime.rank;

import autopar.diagnostics.RunFailure;
import autopar.program.Stream;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A thread per stream, as a device runs them: only events keep two streams apart. Events work as
 * those of CUDA do. A wait looks the last record up when it is given, not when it runs.
 */
public final class ConcurrentStreams implements StreamQueues {

  private final Map<Stream, ExecutorService> threads = new EnumMap<>(Stream.class);
  private final Map<Integer, CompletableFuture<Void>> events = new HashMap<>();
  private final Map<Stream, CompletableFuture<Void>> last = new EnumMap<>(Stream.class);
  private final Consumer<Throwable> failure;

  /**
   * Starts no thread yet.
   *
   * @param failure hears at once what work throws, since other work may wait for it in vain
   */
  public ConcurrentStreams(Consumer<Throwable> failure) {
    this.failure = failure;
  }

  @Override
  public void run(Stream on, Runnable work) {
    ExecutorService thread =
        threads.computeIfAbsent(
            on, s -> Executors.newSingleThreadExecutor(Thread.ofVirtual().factory()));
    CompletableFuture<Void> before = done(on);
    last.put(on, CompletableFuture.runAsync(() -> after(before, work), thread));
  }

  /** Nothing runs on a stream where something failed. */
  private void after(CompletableFuture<Void> before, Runnable work) {
    before.join();
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      failure.accept(e);
      throw e;
    }
  }

  private CompletableFuture<Void> done(Stream on) {
    return last.getOrDefault(on, CompletableFuture.completedFuture(null));
  }

  @Override
  public void record(int event, Stream on) {
    events.put(event, done(on));
  }

  @Override
  public void await(int event, Stream on) {
    CompletableFuture<Void> recorded = events.get(event);
    if (recorded != null) {
      run(on, recorded::join);
    }
  }

  @Override
  public void finish() {
    try {
      CompletableFuture.allOf(last.values().toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new RunFailure("a stream failed: " + e.getCause().getMessage(), e.getCause());
    }
    last.clear();
    events.clear();
  }

  @Override
  public void close() {
    threads.values().forEach(ExecutorService::shutdownNow);
  }
}
