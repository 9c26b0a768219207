/**
 * One process per rank, on one machine or many: Open MPI and OpenBLAS through java.lang.foreign.
 *
 * <p>In come calls of the rank room, and commands to start as ranks. Out go arrays of other ranks,
 * or one sentence that says which rank died or hangs, and where. No native handle leaves this room,
 * and what ranks compute is unknown here. A new function of a library is a method of its class of
 * bindings.
 */
package autopar.runtime.mpi;
