/**
 * The door to OR-Tools; no other room sees it.
 *
 * <p>In comes a problem of the solver room. Out come solutions and bounds in the same terms. No
 * variable is anonymous and no native handle leaves this room. A new model of OR-Tools is a new
 * class here.
 */
package autopar.solver.ortools;
