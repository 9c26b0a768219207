package autopar.runtime.mpi;

/** What the process of a rank is doing, in the order of a run. */
enum RankState {
  /** Not there yet, or joining the world. */
  STARTING,
  COMPUTING,
  /** In a collective or a receive. */
  WAITING,
  DONE,
  /** Told to end while it ran. */
  STOPPED,
  /** Ended by itself, with a reason. */
  FAILED;

  private static final RankState[] ALL = values();

  static RankState at(int ordinal) {
    return ALL[ordinal];
  }
}
