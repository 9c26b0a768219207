package autopar.plan;

/** The layers from {@code from} up to but without {@code to}. */
public record LayerRange(int from, int to) {

  public int size() {
    return to - from;
  }
}
