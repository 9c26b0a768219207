package autopar.interop;

/** Hears how far the search has come, and says when it must stop. */
public interface SearchProgress {

  /** {@code done} of {@code total} pieces of {@code step} are done. */
  void at(String step, long done, long total);

  /** True once no further piece of work may begin. */
  boolean expired();
}
