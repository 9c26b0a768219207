package autopar.runtime.mpi;

/**
 * What a rank said last on the progress board.
 *
 * @param sequence grows with every change
 * @param pid 0 before the process said anything
 * @param changedNanos when, on the clock of {@link System#nanoTime} of its machine
 * @param step from 0, -1 before the first
 * @param exitCode of a rank that failed
 * @param instruction as in its program, empty before the first
 * @param place which ranks it waits for, empty where it waits for none
 * @param failure why it failed, else empty
 */
record RankProgress(
    int rank,
    long sequence,
    long pid,
    long changedNanos,
    int step,
    RankState state,
    int exitCode,
    String instruction,
    String place,
    String failure) {

  /** {@code in step 12 at all-reduce grad(decoder.1.wq) over ranks [0, 1, 2, 3]}. */
  String where() {
    StringBuilder text = new StringBuilder();
    if (step >= 0) {
      text.append(" in step ").append(step);
    }
    if (!instruction.isEmpty() || !place.isEmpty()) {
      text.append(instruction.isEmpty() ? "" : " at " + instruction);
      text.append(place.isEmpty() ? "" : " " + place);
    } else {
      text.append(
          switch (state) {
            case STARTING -> " while it started";
            case COMPUTING, WAITING, STOPPED, FAILED -> " before its first instruction";
            case DONE -> " after its last instruction";
          });
    }
    return text.substring(1);
  }

  boolean isWaiting() {
    return state == RankState.WAITING;
  }

  /** Neither finished nor ended in another way. */
  boolean isRunning() {
    return switch (state) {
      case STARTING, COMPUTING, WAITING -> true;
      case DONE, STOPPED, FAILED -> false;
    };
  }
}
