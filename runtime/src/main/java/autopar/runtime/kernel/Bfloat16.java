package autopar.runtime.kernel;

public final class Bfloat16 {
  public static void round(float[] d) {
    for (int i = 0; i < d.length; i++) {
      int b = Float.floatToRawIntBits(d[i]);
      b += 0x7fff + ((b >>> 16) & 1);
      d[i] = Float.intBitsToFloat(b & 0xffff0000);
    }
  }
}
