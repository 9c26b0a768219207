package autopar.runtime.profile;

import java.util.Optional;

/**
 * Seconds of a core that one member spends in a collective, or in sending a message and receiving
 * one.
 *
 * @param way how the members' data meets
 * @param bytes of the whole tensor, or of the message
 */
public record CollectiveTime(Kind kind, Way way, int ranks, long bytes, double seconds) {

  /** What was measured. */
  public enum Kind {
    ALL_REDUCE,
    ALL_GATHER,
    REDUCE_SCATTER,
    SEND
  }

  /** As {@link autopar.cost.collective.CollectiveTimes} prices it. */
  public enum Way {
    RING,
    MEMORY
  }

  private static final String MARK = "collective";

  /** A line of text, of processes that share memory, that {@link #ofLine} reads. */
  public String line() {
    return String.join(
        " ",
        MARK,
        kind.name(),
        Integer.toString(ranks),
        Long.toString(bytes),
        Double.toString(seconds));
  }

  /** What a line says; nothing of lines that say something else. */
  public static Optional<CollectiveTime> ofLine(String line) {
    String[] words = line.split(" ");
    return words[0].equals(MARK)
        ? Optional.of(
            new CollectiveTime(
                Kind.valueOf(words[1]),
                Way.MEMORY,
                Integer.parseInt(words[2]),
                Long.parseLong(words[3]),
                Double.parseDouble(words[4])))
        : Optional.empty();
  }

  /** Bytes that leave a rank in a ring, or that it copies out of memory. */
  double movedBytes() {
    if (way == Way.MEMORY || kind == Kind.SEND) {
      return bytes;
    }
    double part = (ranks - 1.0) / ranks;
    return kind == Kind.ALL_REDUCE ? 2 * bytes * part : bytes * part;
  }

  /** Steps of a ring, or ranks that are waited for. */
  double steps() {
    return switch (kind) {
      case ALL_REDUCE -> (way == Way.RING ? 2 : 1) * (ranks - 1.0);
      case ALL_GATHER, REDUCE_SCATTER -> ranks - 1;
      case SEND -> 0;
    };
  }
}
