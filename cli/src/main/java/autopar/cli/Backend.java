package autopar.cli;

/** What executes a plan. */
enum Backend {
  SIMULATED("simulated"),
  MPI("mpi"),
  REFERENCE("reference");

  private final String text;

  Backend(String text) {
    this.text = text;
  }

  /** The name on the command line. */
  String text() {
    return text;
  }

  @Override
  public String toString() {
    return text;
  }
}
