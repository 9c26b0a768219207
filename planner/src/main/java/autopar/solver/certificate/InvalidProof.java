package autopar.solver.certificate;

import java.io.Serial;

/** A step of a proof does not follow. */
public final class InvalidProof extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  InvalidProof(String message) {
    super(message);
  }
}
