package autopar.interop;

/** Hears how far the search has come, and says when it must stop. */
public interface SearchProgress {

  /** The search stands so now. */
  void at(SearchStanding standing);

  /** True once no further piece of work may begin. */
  boolean expired();
}
