/**
 * NVIDIA GPUs of this host: the CUDA runtime, cuBLASLt and NCCL through java.lang.foreign.
 *
 * <p>In come folders to look for libraries in, and shapes and sizes to measure. Out go seconds by
 * CUDA events, or one sentence that names the call that failed and what the library says. No native
 * handle leaves this room, and what seconds mean for prices is unknown here. A new function of a
 * library is a method of its class of bindings, a new measurement a class that uses {@link
 * autopar.runtime.cuda.Stopwatch}.
 */
package autopar.runtime.cuda;
