package autopar.runtime.kernel;

public record FloatTensor(int[] shape, float[] data) {}
