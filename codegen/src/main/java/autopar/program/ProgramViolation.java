package autopar.program;

/**
 * A constraint that a bundle breaks: its number ("X5"), the place in the program, and what is
 * wrong, in words.
 */
public record ProgramViolation(String constraint, String where, String message) {

  @Override
  public String toString() {
    return constraint + ": " + where + ": " + message;
  }
}
