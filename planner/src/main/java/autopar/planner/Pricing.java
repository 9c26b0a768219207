package autopar.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Answers many questions side by side; answers come in the order of the questions. */
public final class Pricing {

  /** Hears how many questions are answered. */
  @FunctionalInterface
  public interface Listener {
    /** Hears nothing. */
    Listener SILENT = (done, total) -> {};

    /** {@code done} of {@code total} plans are priced. */
    void at(int done, int total);
  }

  private final int threads;
  private final Listener listener;

  /** Answers {@code threads} questions at a time. */
  public Pricing(int threads, Listener listener) {
    this.threads = threads;
    this.listener = listener;
  }

  /** Waits for all answers; throws what a question throws. */
  public <T> List<T> all(List<Callable<T>> tasks) {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> futures = new ArrayList<>();
      tasks.forEach(task -> futures.add(executor.submit(task)));
      List<T> outcomes = new ArrayList<>();
      for (Future<T> future : futures) {
        listener.at(outcomes.size(), tasks.size());
        outcomes.add(future.get());
      }
      return outcomes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      executor.shutdownNow();
    }
  }
}
