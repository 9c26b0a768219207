package autopar.runtime.rank;

/** An array for the data of one call, kept for the next one and grown where it is short. */
final class Scratch {
  private float[] array = new float[0];

  /** At least {@code length} elements, which are anything; what was there is gone. */
  float[] of(int length) {
    if (array.length < length) {
      array = new float[length];
    }
    return array;
  }
}
