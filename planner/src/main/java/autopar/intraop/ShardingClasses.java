package autopar.intraop;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * Groups the strategies of a variable by the (value, gradient) shardings they show on one edge, so
 * that reshard prices are computed once per pair of classes and not per pair of strategies.
 */
record ShardingClasses(int[] classOf, long[] packed) {

  static ShardingClasses of(int strategies, IntToLongFunction shardings) {
    int[] classOf = new int[strategies];
    long[] packed = new long[Math.max(4, strategies)];
    int count = 0;
    for (int s = 0; s < strategies; s++) {
      long key = shardings.applyAsLong(s);
      int c = 0;
      while (c < count && packed[c] != key) {
        c++;
      }
      if (c == count) {
        packed[count++] = key;
      }
      classOf[s] = c;
    }
    return new ShardingClasses(classOf, Arrays.copyOf(packed, count));
  }

  static long pack(int value, int gradient) {
    return ((long) value << 32) | gradient;
  }

  static int unpackValue(long packed) {
    return (int) (packed >>> 32);
  }

  static int unpackGradient(long packed) {
    return (int) packed;
  }

  int count() {
    return packed.length;
  }

  int value(int c) {
    return unpackValue(packed[c]);
  }

  int gradient(int c) {
    return unpackGradient(packed[c]);
  }
}
