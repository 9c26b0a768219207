package autopar.diagnostics;

/** Our fault: an artefact broke its own rules. Names the pass and the node (or constraint). */
public final class CompilerBug extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String pass;
  private final String node;

  public CompilerBug(String pass, String node, String message) {
    this(pass, node, message, null);
  }

  /** {@code cause} may be null where there is none. */
  public CompilerBug(String pass, String node, String message, Throwable cause) {
    super("in " + pass + " at " + node + ": " + message, cause);
    this.pass = pass;
    this.node = node;
  }

  public String pass() {
    return pass;
  }

  public String node() {
    return node;
  }
}
