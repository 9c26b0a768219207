package autopar.diagnostics;

import java.util.Optional;

/** The world failed, not the input: a file cannot be written, a device or a library is absent. */
public final class RunFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String hint;

  public RunFailure(String message) {
    this(message, null, null);
  }

  public RunFailure(String message, Throwable cause) {
    this(message, null, cause);
  }

  /** {@code hint} and {@code cause} may be null where there is none. */
  public RunFailure(String message, String hint, Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  /** What the user can do about it. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
