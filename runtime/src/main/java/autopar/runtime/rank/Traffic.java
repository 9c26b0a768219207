package autopar.runtime.rank;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Bytes that a rank put into collectives and messages, by kind, in the program's number formats.
 */
public final class Traffic {

  private final Map<String, Long> bytes = new ConcurrentSkipListMap<>();

  void add(String kind, long moved) {
    bytes.merge(kind, moved, Long::sum);
  }

  /** Bytes by kind of instruction, in alphabetical order. */
  public Map<String, Long> bytes() {
    return bytes;
  }
}
