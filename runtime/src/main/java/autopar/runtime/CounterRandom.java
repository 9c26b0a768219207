package autopar.runtime;

/**
 * Random numbers by key and counter: number i is a function of both, so that any part of a sequence
 * can be drawn alone and in any order. The mixing is the finalizer of SplitMix64 (Steele, Lea and
 * Flood, OOPSLA 2014).
 */
public final class CounterRandom {

  /** What one step of the counter adds to the state that is mixed. */
  public static final long STEP = 0x9E3779B97F4A7C15L;

  /** First factor of the finalizer, after a shift by 30 and before one by 27. */
  public static final long FIRST_FACTOR = 0xBF58476D1CE4E5B9L;

  /** Second factor of the finalizer, before a shift by 31. */
  public static final long SECOND_FACTOR = 0x94D049BB133111EBL;

  private CounterRandom() {}

  /** 64 random bits. */
  public static long bits(long key, long counter) {
    return mix(start(key) + (counter + 1) * STEP);
  }

  /**
   * 32 random bits as an unsigned number. Two neighbours share the 64 bits of one counter, the even
   * one has the lower half.
   */
  public static long half(long key, long counter) {
    return bits(key, counter >> 1) >>> (counter & 1) * Integer.SIZE & 0xFFFFFFFFL;
  }

  /** The state from which the counter of {@code key} steps. */
  public static long start(long key) {
    return mix(key * STEP + 1);
  }

  /** Uniform in [0, 1). */
  public static double uniform(long key, long counter) {
    return (bits(key, counter) >>> 11) * 0x1.0p-53;
  }

  /** Standard normal, from two uniforms (Box and Muller 1958). */
  public static double gaussian(long key, long counter) {
    double radius = Math.sqrt(-2 * Math.log(1 - uniform(key, 2 * counter)));
    return radius * Math.cos(2 * Math.PI * uniform(key, 2 * counter + 1));
  }

  /** A key made of {@code key} and something that tells uses of it apart. */
  public static long key(long key, long part) {
    return bits(key, part);
  }

  /** A key made of {@code key} and a name. */
  public static long key(long key, String name) {
    long mixed = key;
    for (int i = 0; i < name.length(); i++) {
      mixed = mix(mixed * STEP + name.charAt(i));
    }
    return mixed;
  }

  private static long mix(long x) {
    long z = (x ^ (x >>> 30)) * FIRST_FACTOR;
    z = (z ^ (z >>> 27)) * SECOND_FACTOR;
    return z ^ (z >>> 31);
  }
}
