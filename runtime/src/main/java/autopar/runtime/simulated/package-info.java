/**
 * All ranks in one JVM, each a thread.
 *
 * <p>In come a bundle of programs and data. Out go losses, gradients and parameters, the same in
 * every run. No process is started and no library is needed. What a failing rank does to the others
 * is decided here.
 */
package autopar.runtime.simulated;
