package autopar.runtime.profile;

import java.util.Optional;

/**
 * Seconds of a core that one member spends in a collective, or in sending a message and receiving
 * one.
 *
 * @param bytes of the whole tensor, or of the message
 */
public record CollectiveTime(Kind kind, int ranks, long bytes, double seconds) {

  /** What was measured. */
  public enum Kind {
    ALL_REDUCE,
    ALL_GATHER,
    REDUCE_SCATTER,
    SEND
  }

  private static final String MARK = "collective";

  /** A line of text that {@link #ofLine} reads. */
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
                Integer.parseInt(words[2]),
                Long.parseLong(words[3]),
                Double.parseDouble(words[4])))
        : Optional.empty();
  }

  /** Bytes that leave a rank in a ring. */
  double ringBytes() {
    double part = (ranks - 1.0) / ranks;
    return switch (kind) {
      case ALL_REDUCE -> 2 * bytes * part;
      case ALL_GATHER, REDUCE_SCATTER -> bytes * part;
      case SEND -> bytes;
    };
  }

  /** Steps of a ring. */
  double steps() {
    return switch (kind) {
      case ALL_REDUCE -> 2.0 * (ranks - 1);
      case ALL_GATHER, REDUCE_SCATTER -> ranks - 1;
      case SEND -> 0;
    };
  }
}
