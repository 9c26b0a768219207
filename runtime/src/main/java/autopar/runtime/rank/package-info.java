/**
 * What a rank does, whatever carries its messages.
 *
 * <p>In come a rank's program and a transport. Out go its losses, gradients and parameters. Nothing
 * here knows whether ranks are threads or processes. A new way to carry messages implements {@link
 * autopar.runtime.rank.Transport} in a room of its own.
 */
package autopar.runtime.rank;
