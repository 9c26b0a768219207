package autopar.runtime;

/**
 * Random numbers by key and counter: number i is a function of both, so that any part of a sequence
 * can be drawn alone and in any order. The mixing is the finalizer of SplitMix64 (Steele, Lea and
 * Flood, OOPSLA 2014).
 */
public final class CounterRandom {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** 64 random bits. */
  public static long bits(long key, long counter) {
    return mix(mix(key * GOLDEN + 1) + (counter + 1) * GOLDEN);
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
      mixed = mix(mixed * GOLDEN + name.charAt(i));
    }
    return mixed;
  }

  private static long mix(long x) {
    long z = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
