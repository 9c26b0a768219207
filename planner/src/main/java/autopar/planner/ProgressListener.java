package autopar.planner;

/** Hears how far planning has come. */
@FunctionalInterface
public interface ProgressListener {
  /** Hears nothing. */
  ProgressListener SILENT = (step, done, total) -> {};

  /** {@code done} of {@code total} pieces of {@code step} are done; total is 0 if unknown. */
  void at(String step, long done, long total);
}
