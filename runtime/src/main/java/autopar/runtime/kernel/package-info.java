/**
 * What every op computes, in single precision and at the speed of the machine.
 *
 * <p>In come an op, its operands as shards, and where they lie in the whole tensors. Out go its
 * results, or the statistics by which ranks finish a reduction together. No kernel communicates,
 * and none knows which rank it runs on; {@code autopar.runtime.reference} says what is right. A new
 * op is a case of {@link autopar.runtime.kernel.FloatKernels} and a family of kernels of its own.
 */
package autopar.runtime.kernel;
