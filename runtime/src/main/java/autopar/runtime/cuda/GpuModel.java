package autopar.runtime.cuda;

/**
 * What a GPU is.
 *
 * @param name as the driver says it: {@code NVIDIA A100-SXM4-80GB}
 * @param clockHertz of its multiprocessors, the highest
 * @param memoryBytes all that a process may see, its context included
 * @param major of its compute capability; minor, the rest of it
 */
public record GpuModel(
    String name, int multiprocessors, double clockHertz, long memoryBytes, int major, int minor) {

  /** Compute capability as one number: 80 for 8.0. */
  public int capability() {
    return 10 * major + minor;
  }

  /** Are two GPUs alike in what is measured of one of them? */
  boolean isLike(GpuModel other) {
    return name.equals(other.name)
        && multiprocessors == other.multiprocessors
        && capability() == other.capability();
  }
}
