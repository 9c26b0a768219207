package autopar.planner;

import autopar.interop.SearchStanding;

/** Hears how far planning has come. */
@FunctionalInterface
public interface ProgressListener {
  /** Hears nothing. */
  ProgressListener SILENT = standing -> {};

  /** The search stands so now; called by one thread at a time. */
  void at(SearchStanding standing);
}
