package autopar.interop;

/** Bytes on the worst device of a stage; {@code total} is the sum of the others. */
public record StageMemory(
    double parameters, double gradients, double optimizer, double activations, double workspace) {

  public double total() {
    return parameters + gradients + optimizer + activations + workspace;
  }
}
