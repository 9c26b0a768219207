package autopar.schedule;

import java.util.Optional;

/** How the stages of a pipeline take turns between forward and backward. */
public enum ScheduleKind {
  /** All forwards, then all backwards (arXiv:1811.06965). */
  GPIPE("gpipe"),
  /** One forward, one backward after a warm-up: PipeDream-Flush (arXiv:2006.09503). */
  ONE_FORWARD_ONE_BACKWARD("1f1b"),
  /** 1F1B over several model chunks per stage (Narayanan et al., SC'21, arXiv:2104.04473). */
  INTERLEAVED("interleaved");

  private final String text;

  ScheduleKind(String text) {
    this.text = text;
  }

  /** The name on the command line and in plan.json. */
  public String text() {
    return text;
  }

  /** The schedule called {@code text}, if there is one. */
  public static Optional<ScheduleKind> named(String text) {
    for (ScheduleKind kind : values()) {
      if (kind.text.equals(text)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
